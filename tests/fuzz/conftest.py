"""What is told of the fuzz tests when they begin."""

from tests.fuzz.running import FOLDERS, SEED, TABLES


def pytest_report_header() -> str:
    return (
        f"fuzz: seed {SEED}, {TABLES:,} tables and {FOLDERS:,} folders if slow tests run (FUZZ_SEED, FUZZ_TABLES, "
        "FUZZ_FOLDERS); a failure prints @reproduce_failure: FUZZ_EXAMPLE='…' repeats that example of one test"
    )
