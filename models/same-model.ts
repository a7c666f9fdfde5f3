/** Whether a name on a server's list is the requested one: Ollama lists "llama3.2:latest" for "llama3.2". */
export function isSameModel(listed: string, requested: string): boolean {
  return listed === requested || listed === `${requested}:latest`;
}
