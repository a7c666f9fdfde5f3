/** What a changed contract takes from those who rely on the one of main. Pure. */

import type { ToolCase } from "#tools/contract/cases.ts";
import type { Contract, JsonSchema } from "#tools/contract/spec.ts";
import { showJson } from "../oracle/compare.ts";
import { edgeInputs } from "../oracle/edge-inputs.ts";
import { fitting } from "../oracle/schema.ts";
import { validInputs } from "../oracle/valid-inputs.ts";
import { wrongInputs } from "../oracle/wrong-inputs.ts";

const SAMPLES = 40;

/** No output schema that says something lets all of them in. */
const ODD_OUTPUTS: readonly unknown[] = [
  ...[null, true, "", "text", -1, 0, 0.5, 42, 1e21],
  ...[[], {}, [null], [1, "a"], { unexpected_property: 1 }],
];

/** Wider ranges and fewer duties are how a tool grows; anything at all is how it stops saying what it takes. */
const GROWTH = /^no "|above its maximum$|below its minimum$|too long$/;

const LAW = /^(?:idempotent|round-trip:.+|bounded-output:\d+)$/;

/** @param cases of main. @returns one line for each thing that the new contract gives up. */
export function contractDrift(
  before: Contract,
  after: Contract,
  cases: readonly ToolCase[],
): readonly string[] {
  return [
    ...narrower(before, after, cases),
    ...openedInput(before.input, after.input, cases),
    ...weakerOutput(before.output, after.output, cases),
    ...(before.deterministic && !after.deterministic
      ? [
          'equal arguments need no longer give an equal result: keep "deterministic": true (spec.json)',
        ]
      : []),
    ...before.properties
      .filter((law) => LAW.test(law) && !after.properties.includes(law))
      .map((law) => `the law "${law}" is gone: keep it in "properties" (spec.json)`),
    // A user who found it by these words finds something else now.
    ...before.asks
      .filter((text) => !after.asks.includes(text))
      .map(
        (text) => `the request ${JSON.stringify(text)} is gone: add others beside it (spec.json)`,
      ),
  ];
}

function narrower(
  before: Contract,
  after: Contract,
  cases: readonly ToolCase[],
): readonly string[] {
  const [took, takes] = [fitting(before.input), fitting(after.input)];
  const inputs = [
    ...cases.map(({ input }) => input),
    ...validInputs(before.input, SAMPLES, 1),
    ...edgeInputs(before.input, cases[0]?.input, SAMPLES),
  ];
  const lost = inputs.find((input) => took(input) && !takes(input));
  return lost === undefined
    ? []
    : [`it takes no longer ${showJson(lost)}: keep in "input" all that main's takes (spec.json)`];
}

function openedInput(
  before: JsonSchema,
  after: JsonSchema,
  cases: readonly ToolCase[],
): readonly string[] {
  const takes = fitting(after);
  const validCase = cases.find(({ input }) => fitting(before)(input));
  const opened = wrongInputs(before, validCase?.input).filter(
    ({ input, what }) => !GROWTH.test(what) && takes(input),
  );
  return opened
    .slice(0, 1)
    .map(
      ({ input, what }) =>
        `it takes arguments that it refused, ${what}, such as ${showJson(input)}: keep "input" as strict as main's (spec.json)`,
    );
}

function weakerOutput(
  before: JsonSchema,
  after: JsonSchema,
  cases: readonly ToolCase[],
): readonly string[] {
  const [gave, gives] = [fitting(before), fitting(after)];
  const outputs = cases.flatMap((one) => ("error" in one ? [] : [one.output]));
  const odd = [...ODD_OUTPUTS, ...wrongInputs(before, outputs[0]).map(({ input }) => input)];
  const weaker = odd.find((value) => !gave(value) && gives(value));
  return weaker === undefined
    ? []
    : [
        `it may give results that it never gave, such as ${showJson(weaker)}: keep "output" as strict as main's (spec.json)`,
      ];
}
