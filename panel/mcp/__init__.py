"""Tools for assistants (Model Context Protocol): the page's answers as short texts. They change nothing."""
