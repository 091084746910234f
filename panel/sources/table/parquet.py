"""Parquet files, read so that texts which repeat are not repeated before it is known how much that is."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..common.memory import check_needed

_TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)

ROWS = 1_000
"""Rows that are read at once of a file whose texts are written as what each adds to the one before."""


def read_parquet(path: Path, per_byte: float) -> pa.Table:
    """
    Return what is in a Parquet file; texts that repeat there are a dictionary, which is cast later.

    Parameters
    ----------
    path
        The file.
    per_byte
        Bytes of memory that a byte of a column takes.

    Raises
    ------
    SourceError
        If it needs more memory than reading may take: a file of a few kilobytes can say a long text a million times.
    """
    metadata = pq.read_metadata(path)
    texts = {field.name for field in metadata.schema.to_arrow_schema() if _is_text(field.type)}
    deltas = _find_deltas(metadata)
    file = pq.ParquetFile(path, read_dictionary=sorted(texts - deltas))
    if not deltas:
        table = file.read()
        check_needed(path, per_byte * sum(map(count_bytes, table.columns)))
        return table
    batches, total = [], 0
    for batch in file.iter_batches(ROWS):
        batches.append(batch)
        total += sum(count_bytes(pa.chunked_array([column])) for column in batch.columns)
        check_needed(path, per_byte * total)
    return pa.Table.from_batches(batches, file.schema_arrow)


def _is_text(kind: pa.DataType) -> bool:
    return any(is_one(kind) for is_one in _TEXTS)


def _find_deltas(metadata: pq.FileMetaData) -> set[str]:
    """Return the columns that are written as what each value adds to the one before, which make no dictionary."""
    chunks = (
        metadata.row_group(group).column(column)
        for group in range(metadata.num_row_groups)
        for column in range(metadata.num_columns)
    )
    return {chunk.path_in_schema for chunk in chunks if any("DELTA" in encoding for encoding in chunk.encodings)}


def count_bytes(column: pa.ChunkedArray) -> int:
    """Return the bytes of a column when each cell has its own value."""
    if not pa.types.is_dictionary(column.type) or not _is_text(column.type.value_type):
        return column.nbytes
    total = 0
    for chunk in column.chunks:
        lengths = pc.binary_length(chunk.dictionary).cast(pa.int64())
        total += (pc.sum(lengths.take(chunk.indices)).as_py() or 0) + 8 * len(chunk)
    return total
