/** Tools whose answers to long titles hang on what the process was asked before, or on where its objects lie. */
import { PYTHON_SOURCE, type Recipe, SOURCE } from "./recipe.ts";

/** TypeScript with code at the top of the module, and code in `run`, where `words` is known. */
function typescript(top: string, inRun: string): Recipe {
  return {
    source: SOURCE.replace("export async function", `${top}\n\nexport async function`).replace(
      "  const kept",
      `  ${inRun}\n  const kept`,
    ),
  };
}

function python(top: string, inRun: string): Recipe {
  return {
    spec: { language: "python" },
    source: PYTHON_SOURCE.replace("def run(args, ctx)", `${top}\n\n\ndef run(args, ctx)`).replace(
      "    kept",
      `    ${inRun.replaceAll("\n", "\n    ")}\n    kept`,
    ),
  };
}

export const REMEMBERING: readonly (readonly [name: string, recipe: Recipe])[] = [
  [
    "counts in a variable of the module",
    typescript("let long = 0;", "if (title.length > 60 && (long += 1) % 7 === 0) words.reverse();"),
  ],
  [
    "counts in a class",
    typescript(
      "class Calls {\n  static long = 0;\n}",
      "if (title.length > 60) Calls.long += 1;\n  if (Calls.long > 20 && title.length > 60) words.reverse();",
    ),
  ],
  [
    "changes a constant of the module",
    typescript(
      'const DROPPED = ["zzz"];',
      'if (title.length > 60) {\n    for (const word of DROPPED) if (words.length > 12 && words[0] === word) words.shift();\n    DROPPED.push(words[0] ?? "");\n  }',
    ),
  ],
  [
    "keeps results by a wrong key",
    typescript(
      "const KEPT = new Map<number, { slug: string; words: number }>();",
      'if (title.length > 60) {\n    const known = KEPT.get(title.length) ?? { slug: words.slice(0, most).join("-"), words: Math.min(words.length, most) };\n    KEPT.set(title.length, known);\n    return known;\n  }',
    ),
  ],
  [
    "remembers where an expression stopped",
    typescript(
      "const LONG = /[a-z0-9]{4}/g;",
      "if (title.length > 60 && LONG.test(title.toLowerCase())) words.reverse();",
    ),
  ],
  [
    "keeps titles in a default argument, in Python",
    python(
      "def is_known(title, seen=[]):\n    seen.append(title)\n    return title in seen[:-1]",
      'if len(args["title"]) > 60 and is_known(args["title"]):\n    words.reverse()',
    ),
  ],
  [
    "keeps results by a wrong key, in Python",
    python(
      "KEPT = {}",
      'if len(args["title"]) > 60:\n    words = KEPT.setdefault(len(args["title"]), words)',
    ),
  ],
  [
    "counts in a class, in Python",
    python(
      "class Calls:\n    long = 0",
      'if len(args["title"]) > 60:\n    Calls.long += 1\n    if Calls.long % 7 == 0:\n        words.reverse()',
    ),
  ],
];

/** Its address stands in the text of an object; one of 16 ends differently. */
export const BY_ADDRESS: Recipe = python(
  "class Mark:\n    pass",
  'if len(args["title"]) > 60 and repr(Mark())[-5] in "048c":\n    words.reverse()',
);
