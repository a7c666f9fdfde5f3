import { expect, test } from "bun:test";
import { filterFor, findHost } from "./host.ts";

test("finds what is installed here", () => {
  const { bwrap, filter } = findHost();
  expect(bwrap).toStartWith("/");
  expect(filter.length % 8).toBe(0);
});

test("names the program that is missing, and its package", () => {
  expect(() => findHost(() => null)).toThrow(
    expect.objectContaining({
      code: "SANDBOX_UNAVAILABLE",
      message: 'The sandbox needs "bwrap", which is not installed',
      remedies: ["sudo apt-get install bubblewrap"],
    }),
  );
});

test("has no filter for a processor that it does not know", () => {
  expect(() => filterFor("riscv64")).toThrow(
    expect.objectContaining({
      code: "SANDBOX_UNAVAILABLE",
      message: expect.stringContaining("riscv64"),
    }),
  );
});
