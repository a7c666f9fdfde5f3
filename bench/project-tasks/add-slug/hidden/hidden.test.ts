import { expect, test } from "bun:test";
import { capitalize, countWords, slug } from "./src/index.ts";
import { slug as own } from "./src/slug.ts";

test("a title becomes a slug", () => {
  const titles = ["  Hello, World 2!", "a--b", "C++ & Go", "!!!", "", "Über uns", "one_two"];
  const slugs = ["hello-world-2", "a-b", "c-go", "", "", "ber-uns", "one-two"];
  expect(titles.map((title) => slug(title))).toEqual(slugs);
  expect(own("A B")).toBe("a-b");
});

test("the others are there", () => {
  expect([capitalize("tea"), countWords("a b")]).toEqual(["Tea", 2]);
});
