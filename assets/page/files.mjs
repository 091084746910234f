/* What is saved: tables as CSV, and files as a browser saves them. */

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?(inf|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i;
const cell = (value) => {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(String(value)) && !NUMBER.test(value) ? `'${value}` : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export const makeCsv = (head, lines) =>
  [head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n");

export const saveFile = (name, content, type) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};
