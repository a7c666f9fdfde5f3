import { expect, test } from "bun:test";
import fc from "fast-check";
import { nearestNames } from "./nearest.ts";

const names = ["agent", "python", "toolsmith"];

test("offers what was probably meant", () => {
  expect(nearestNames("pyhton", names)).toEqual(["python"]);
  expect(nearestNames("Agnet", names)).toEqual(["agent"]);
  expect(nearestNames("tolsmth", names)).toEqual(["toolsmith"]);
});

test("offers the name that goes on behind what was typed", () => {
  expect(nearestNames("tool", names)).toEqual(["toolsmith"]);
  expect(nearestNames("toolsmiths-own", names)).toEqual([]);
});

test("offers a name that stands there twice once", () => {
  expect(nearestNames("modl", ["name", "model", "model"])).toEqual(["model"]);
});

test("offers nothing for what resembles nothing", () => {
  expect(nearestNames("zzzzzzzzzzzz", names)).toEqual([]);
  expect(nearestNames("x".repeat(1_000_000), names)).toEqual([]);
  expect(nearestNames("", ["a", "ab"])).toEqual([]);
  expect(nearestNames("z", ["a", "ab", "abc"])).toEqual([]);
  expect(nearestNames("nope", ["name", "model", "code"])).toEqual([]);
});

const WORD = fc.stringMatching(/^[a-z]{1,16}$/);

test("a name is offered for each single slip in it, where it has four letters or more", () => {
  const slips = fc.constantFrom("left out", "twice", "swapped", "replaced");
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{4,16}$/), fc.nat(), slips, (name, at, slip) => {
      const i = at % (name.length - 1);
      const [one = "", two = ""] = [name[i], name[i + 1]];
      const typed = { "left out": "", twice: one + one, swapped: two + one, replaced: "#" }[slip];
      const rest = slip === "swapped" ? i + 2 : i + 1;
      expect(nearestNames(name.slice(0, i) + typed + name.slice(rest), [name])).toEqual([name]);
    }),
  );
});

test("what is offered begins with what was typed, or shares two thirds of its letters", () => {
  fc.assert(
    fc.property(WORD, fc.array(WORD, { maxLength: 8 }), (wanted, there) => {
      for (const name of nearestNames(wanted, there, 8)) {
        const rest = [...name].reduce((left, letter) => left.replace(letter, ""), wanted);
        const shared = wanted.length - rest.length;
        const longer = Math.max(wanted.length, name.length);
        expect(name.startsWith(wanted) || shared >= longer - Math.max(1, longer / 3)).toBe(true);
        expect(shared).toBeGreaterThan(0);
      }
    }),
  );
});
