import { expect, test } from "bun:test";
import { resolveName } from "./resolve.ts";

const TOOLS = ["read_file", "Read-File", "list_rooms", "web.search"].map((name) => ({
  name,
  description: "",
  parameters: {},
}));

test.each([
  ["list_rooms", "list_rooms"],
  ["functions.list_rooms", "list_rooms"],
  ["functions.list_rooms:3", "list_rooms"],
  ["tools.list_rooms", "list_rooms"],
  ["default_api.list_rooms", "list_rooms"],
  ["List-Rooms", "list_rooms"],
  ["functions.LIST_ROOMS:0", "list_rooms"],
  ["web.search", "web.search"],
  ["read_file", "read_file"],
])("%s is %s", (written, name) => {
  expect(resolveName(written, TOOLS)).toMatchObject({ name, tool: { name } });
});

test("two tools that differ in case only are told apart by their exact names, or not at all", () => {
  expect(resolveName("Read-File", TOOLS).tool?.name).toBe("Read-File");
  expect(resolveName("READ_FILE", TOOLS).tool).toBeUndefined();
});

test("never guesses by likeness", () => {
  expect(resolveName("list_room", TOOLS)).toEqual({ name: "list_room" });
  expect(resolveName("functions.fly:0", TOOLS)).toEqual({ name: "fly" });
});

test("a name that models learned elsewhere is the tool that does it, where there is one", () => {
  const sh = { name: "sh", description: "", parameters: {} };
  const bash = { ...sh, name: "bash" };
  expect(resolveName("functions.execute_command:0", [...TOOLS, sh]).tool).toBe(sh);
  expect(resolveName("bash", [sh, bash]).tool).toBe(bash);
  expect(resolveName("bash", TOOLS)).toEqual({ name: "bash" });
});
