/* Rules for the scripts of the page: no mistake that can be found without running them, and no circle of imports. */

import js from "@eslint/js";
import { importX } from "eslint-plugin-import-x";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    files: ["assets/**/*.mjs", "tests/scripts/**/*.mjs"],
    plugins: { "import-x": importX },
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.browser },
    rules: {
      eqeqeq: ["error", "always"],
      "prefer-const": "error",
      "no-var": "error",
      "no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none" },
      ],
      "no-use-before-define": ["error", { functions: false, variables: false }],
      "max-lines": ["error", { max: 400 }],
      "import-x/no-cycle": "error",
      "import-x/no-unresolved": "error",
      "import-x/named": "error",
      "import-x/no-duplicates": "error",
    },
  },
  {
    files: ["assets/*.js"],
    languageOptions: {
      ecmaVersion: 2023,
      sourceType: "script",
      globals: { ...globals.browser, Plotly: "readonly" },
    },
  },
  { files: ["tests/scripts/**/*.mjs"], languageOptions: { globals: globals.node } },
];
