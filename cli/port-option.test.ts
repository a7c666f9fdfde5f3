import { expect, test } from "bun:test";
import { portOf } from "./port-option.ts";

test.each([
  [undefined, undefined],
  ["0", 0],
  ["8080", 8080],
  ["65535", 65_535],
])("--port %p is %p", (text, port) => {
  expect(portOf(text)).toBe(port);
});

test.each(["65536", "99999", "655350", "-1", "1e3", "0x50", "80.5", "", " 80", "http"])(
  "--port %p is not a port",
  (text) => {
    expect(() => portOf(text)).toThrow(
      expect.objectContaining({
        ...{ code: "USAGE", message: `--port "${text}" is not a port` },
        why: "it is a number from 1 to 65535, or 0 for any free port",
        remedies: ["org help serve"],
      }),
    );
  },
);
