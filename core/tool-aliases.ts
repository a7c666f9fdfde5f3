/** Names that models learned elsewhere for tools of ours; a prompt need not spend a word on them. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  sh: ["bash", "shell", "execute_command", "run_command", "terminal", "execute_bash"],
  python_run: ["python", "run_python", "python3", "execute_python", "code_interpreter"],
  read_file: ["open_file", "view_file", "show_file", "get_file", "cat", "read", "view"],
  edit_file: [
    ...["str_replace", "string_replace", "search_replace", "search_and_replace", "replace_in_file"],
    ...["apply_edit", "edit", "replace"],
  ],
  write_file: ["create_file", "save_file", "new_file", "write_to_file", "write"],
  find: [
    ...["grep", "rg", "ripgrep", "grep_search", "search_code", "search_files", "file_search"],
    ...["find_files", "list_files", "list_dir", "list_directory", "glob"],
  ],
};

const TOOL_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(ALIASES).flatMap(([tool, names]) => names.map((name) => [name, tool] as const)),
);

/**
 * The tool that a model means by a name it learned elsewhere, such as `sh` for `bash`; `undefined` for
 * every other name. A caller asks only when no tool has exactly that name, and checks that it has the tool.
 */
export function aliasedTool(name: string): string | undefined {
  return TOOL_OF.get(name.toLowerCase().replaceAll("-", "_"));
}
