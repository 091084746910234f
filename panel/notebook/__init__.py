"""What notebooks use beside the records themselves: results that show themselves, questions, the page in a cell."""
