import { expect, test } from "bun:test";
import fc from "fast-check";
import { Slots } from "./slots.ts";

const never = () => new AbortController().signal;

/** A place that remembers its text as a sequence does: what is asked there is what is there afterwards. */
interface Place {
  text: string;
}

async function ask(slots: Slots<Place>, prompt: string): Promise<Place> {
  return await slots.use(
    ({ text }) => sharedLength(text, prompt),
    async (place) => {
      place.text = prompt;
      return place;
    },
    never(),
  );
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

const persona = (name: string, ...said: string[]) =>
  `<system>You are ${name.repeat(40)}${said.join("")}`;

test("each persona comes back to its own place", async () => {
  const places = [{ text: "" }, { text: "" }, { text: "" }];
  const slots = new Slots(places);
  const first = await Promise.all(["a", "b", "c"].map((name) => ask(slots, persona(name))));
  expect(new Set(first).size).toBe(3);
  for (const [index, name] of ["a", "b", "c"].entries()) {
    expect(await ask(slots, persona(name, "more"))).toBe(first[index] as Place);
  }
});

test("a stranger takes the place that was not used for longest, not one that begins alike", async () => {
  const slots = new Slots([{ text: "" }, { text: "" }]);
  const a = await ask(slots, persona("a"));
  const b = await ask(slots, persona("b"));
  expect(await ask(slots, persona("a", "more"))).toBe(a);
  expect(await ask(slots, persona("c"))).toBe(b);
});

test("no place has two at once, however many ask, and all are served", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.string({ maxLength: 40 }), { maxLength: 12 }),
      async (count, prompts) => {
        const slots = new Slots(Array.from({ length: count }, () => ({ text: "" })));
        const busy = new Set<Place>();
        const served = prompts.map((prompt) =>
          slots.use(
            ({ text }) => sharedLength(text, prompt),
            async (place) => {
              expect(busy.has(place)).toBe(false);
              busy.add(place);
              await Promise.resolve();
              busy.delete(place);
            },
            never(),
          ),
        );
        expect(await Promise.all(served)).toHaveLength(prompts.length);
      },
    ),
  );
});

test("a caller that stops waiting is not served, and a failure gives the place back", async () => {
  const slots = new Slots([{ text: "" }]);
  const gate = Promise.withResolvers<void>();
  const first = slots.use(
    () => 0,
    () => gate.promise,
    never(),
  );
  const controller = new AbortController();
  const second = slots.use(
    () => 0,
    async () => "served",
    controller.signal,
  );
  controller.abort(new Error("enough"));
  expect(await second.catch((error: unknown) => error)).toMatchObject({ message: "enough" });
  gate.reject(new Error("broke"));
  expect(await first.catch((error: unknown) => error)).toMatchObject({ message: "broke" });
  expect(
    await slots.use(
      () => 0,
      async () => "served",
      never(),
    ),
  ).toBe("served");
});
