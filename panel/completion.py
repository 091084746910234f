"""What Bash is told to complete: files beside names, where click's own script offers one or the other."""

from __future__ import annotations

from typing import ClassVar

from click.shell_completion import BashComplete, add_completion_class

INSTEAD = "COMPREPLY=()\n            compopt -o default"
"""In click's script: forget the names, and let Bash look for files if nothing else was found."""

BESIDE = 'compopt -o filenames\n            COMPREPLY+=($(compgen -f -- "$value"))'
"""In ours: add the files to the names. As file names Bash quotes them, and puts no space after a folder."""


@add_completion_class
class BashWithFiles(BashComplete):
    """Completion for Bash."""

    source_template: ClassVar[str] = BashComplete.source_template.replace(INSTEAD, BESIDE)
