/** Files of tests in several languages, and what the gate of a project says when one of them changes. */
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readTreeDiff } from "#fitness/gate/tree-diff.ts";
import { weakenedTests } from "#fitness/project/weakened-tests.ts";
import type { TreeRepository } from "./tree-repository.ts";

export type Files = Readonly<Record<string, string>>;

/** Whether a person is asked to look before a change is merged. */
export async function isHeld(trees: TreeRepository, before: Files, after: Files): Promise<boolean> {
  const repository = await trees.repository();
  const [base, candidate] = [
    await trees.tree({ kept: "", ...before }),
    await trees.tree({ kept: "", ...after }),
  ];
  const changes = await readTreeDiff(repository, base, candidate);
  const rules = { cleaner: new TextCleaner(), signal: AbortSignal.timeout(600_000) };
  const found = await weakenedTests({ repository, base, candidate, changes }, rules);
  return found.some(({ severity }) => severity === "held");
}

export const TS: string = `import { expect, test } from "bun:test";
import { add } from "./add.ts";

test("adds", async () => {
  const sum = add(1, 2);
  expect(sum).toBe(3);
  expect(add(0.1, 0.2)).toBeCloseTo(0.3, 5);
  expect(add(1, 1)).toBeGreaterThan(1);
  expect(add(2, 2)).toBeTruthy();
  expect(() => add("a", 1)).toThrow(TypeError);
  await expect(later(add)).rejects.toThrow("no");
});
test.each([
  [1, 2, 3],
  [4, 5, 9],
])("adds %d", (a, b, c) => {
  expect(add(a, b)).toEqual(c);
});
`;
const JS = `import assert from "node:assert";
import { test } from "node:test";
test("adds", () => {
  assert.strictEqual(add(1, 2), 3);
  assert.equal(add(2, 2), 4);
});
`;
export const PY: string = `import pytest
from sums import add

def test_adds():
    total = add(1, 2)
    assert total == 3
    assert add(2, 2)
    assert add(0.1, 0.2) == pytest.approx(0.3, abs=1e-9)
    with pytest.raises(ValueError):
        add("a", 1)

@pytest.mark.parametrize("a,b", [(1, 2), (3, 4)])
def test_order(a, b):
    assert add(a, b) == add(b, a)
`;
const UNIT = `import unittest

class Sums(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add(1, 2), 3)
        self.assertTrue(add(2, 2) == 4)
`;
const GO = `package a

func TestAdds(t *testing.T) {
	got := Add(1, 2)
	if got != 3 {
		t.Errorf("got %d", got)
	}
}
`;
const RUST = `pub fn add(a: i32, b: i32) -> i32 { a + b }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds() {
        assert_eq!(add(1, 2), 3);
        assert!(add(2, 2) == 4);
    }
}
`;
const JAVA = `class SumTest {
    @Test
    void adds() {
        assertEquals(3, Sum.add(1, 2));
    }
}
`;
type Base =
  | "a.test.ts"
  | "a.test.mjs"
  | "test_a.py"
  | "test_u.py"
  | "a_test.go"
  | "src/lib.rs"
  | "SumTest.java";

const BASES: Readonly<Record<Base, string>> = {
  "a.test.ts": TS,
  "a.test.mjs": JS,
  "test_a.py": PY,
  "test_u.py": UNIT,
  "a_test.go": GO,
  "src/lib.rs": RUST,
  "SumTest.java": JAVA,
};

/** What a change is called, which file it changes, what is replaced there, and by what. */
export type Change = readonly [
  what: string,
  path: Base,
  search: string | RegExp,
  replacement: string,
];

/** Whether a change of one of {@link BASES} is held. */
export async function isChangeHeld(
  trees: TreeRepository,
  [, path, search, replacement]: Change,
): Promise<boolean> {
  const before = BASES[path];
  const after = before.replace(search, () => replacement);
  if (after === before) throw new Error(`Nothing is replaced in ${path}: ${search}`);
  return await isHeld(trees, { [path]: before }, { [path]: after });
}
