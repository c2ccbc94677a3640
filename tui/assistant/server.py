"""A server of the Model Context Protocol over stdin and stdout; knows the package ``mcp``, which is optional."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field, ValidationError

from db.paths import display_text
from indexer.kits import DEFAULT_SLOTS
from tui.assistant.tools import MOST_EXPORTED, MOST_LETTERS, MOST_SOUNDS, Answer, LibraryTools
from tui.workspace.fault_log import error_text
from tui.workspace.json_output import printable

_INSTRUCTIONS = """
earmark finds sounds in the user's sample library by describing them. A query line holds words ("dusty snare", "warm
pad +choir -noise") and filters: type:kick, form:loop, tag:dusty, bpm:120..130, key:Am, len:<1, in:FOLDER, name:WORD,
stars:>=3, collection:NAME, used:week; a minus before a filter excludes. Sounds are named by their id or path.
"""
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


Line = Annotated[str, Field(max_length=MOST_LETTERS, description="Words and filters.")]
Count = Annotated[int, Field(ge=1, le=MOST_SOUNDS, description="How many sounds.")]
Sound = Annotated[int | str, Field(description="Id, or absolute path, of a sound of the library.")]
End = Annotated[int | str, Field(description="Id or absolute path of a sound of the library, or words.")]


def make_server(tools: LibraryTools) -> MCPServer[Any]:
    """Return a server of these tools; one that may export has a tool for that."""
    server: MCPServer[Any] = _Server(
        "earmark", instructions=_INSTRUCTIONS.strip(), version=version("earmark"), log_level="WARNING"
    )

    @server.tool(annotations=_READS)
    def search(query: Line, k: Count = 20) -> Answer:
        """Find sounds by describing them; filters alone list what passes them."""
        return _answer(lambda: tools.search(query, k))

    @server.tool(annotations=_READS)
    def similar(sound: Sound, query: Line = "", k: Count = 20) -> Answer:
        """Find the sounds nearest to a sound; words and filters choose among them."""
        return _answer(lambda: tools.similar(sound, query, k))

    @server.tool(annotations=_READS)
    def blend(start: End, end: End, steps: Annotated[int, Field(ge=2, le=64)] = 8, filters: Line = "") -> Answer:
        """Find real sounds on the way from one sound or description to another, one for each step."""
        return _answer(lambda: tools.blend(start, end, steps, filters))

    @server.tool(annotations=_READS)
    def kit(
        query: Line = "",
        slots: Annotated[
            str, Field(max_length=MOST_LETTERS, description="Types or descriptions with commas; perc*3 are three.")
        ] = DEFAULT_SLOTS,
        draw: Annotated[int, Field(ge=1, le=100, description="2 is a kit of other sounds.")] = 1,
        one_pack: bool = False,
    ) -> Answer:
        """Choose a sound for each slot of a kit, alike in character."""
        return _answer(lambda: tools.kit(query, slots, draw, one_pack=one_pack))

    @server.tool(annotations=_READS)
    def info(sound: Sound) -> Answer:
        """Tell everything that is known of one sound."""
        return _answer(lambda: tools.info(sound))

    @server.tool(annotations=_READS)
    def overview() -> Answer:
        """Tell what the library holds: counts by type, collections, and the profiles for exports."""
        return _answer(tools.overview)

    if tools.can_export:

        @server.tool(annotations=_WRITES)
        def export(
            sounds: Annotated[list[Sound], Field(min_length=1, max_length=MOST_EXPORTED)],
            folder: Annotated[str, Field(max_length=200, description="Name of a folder; made where it is missing.")],
            profile: Annotated[str, Field(max_length=100, description="Rules of a device; copy keeps files.")] = "copy",
            kit_format: Annotated[str | None, Field(max_length=50, description="Also a kit, such as sfz.")] = None,
        ) -> Answer:
            """Write sounds to a folder below the one that the user has allowed; nothing is ever overwritten."""
            return _answer(lambda: tools.export(sounds, folder, profile, kit_format))

    return server


class _Server(MCPServer[Any]):
    """A server that says in sentences what is wrong with arguments."""

    async def call_tool(self, name: str, arguments: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        known = {tool.name: tool.input_schema.get("properties", {}) for tool in await self.list_tools()}
        unknown = sorted(arguments.keys() - known.get(name, arguments).keys())
        if unknown:  # the package leaves them out, and the answer would be to another question
            raise ToolError(f"{name} takes no {display_text(', '.join(unknown))}; it takes {', '.join(known[name])}.")
        try:
            return await super().call_tool(name, arguments, *args, **kwargs)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(_faults(name, error.__cause__)) from error
            raise


def _faults(tool: str, error: ValidationError) -> str:
    """Say what is wrong with the arguments of a tool, such as "k should be less than or equal to 100"."""
    said = dict[str, str]()  # the first of each argument: one that takes two kinds has a fault for each
    for fault in error.errors(include_url=False, include_input=False):
        argument = str(fault["loc"][0]) if fault["loc"] else "what was given"
        kind, _, rest = fault["msg"].partition(" ")
        said.setdefault(argument, f"{argument} {'is' if kind == 'Field' else ''} {rest}".replace("  ", " "))
    return f"{tool} cannot be asked so: {'; '.join(said.values())}."


def _answer(ask: Callable[[], Answer]) -> Answer:
    """Return an answer that any client can read, or say in a sentence why there is none."""
    try:
        return printable(ask())
    except Exception as error:
        raise ToolError(error_text(error)) from error
