"""How a group of commands joins the command line: `register(commands)` adds its parsers, each with the function that
does it as its default `command`, called with the operator's use cases and the parsed arguments."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from services.mail.operator_bootstrap import Operator

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = object

Command = Callable[[Operator, argparse.Namespace], None]
