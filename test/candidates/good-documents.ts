/** Documents, as people write and mend them. */
import { type Candidate, files, good, held } from "./candidate.ts";

const GUIDE = "docs/guide.md";

const TOPICS = `# Tools for texts

Two of the tools look at texts. Both take a text of up to 100,000 characters.

| tool | gives | fails |
|---|---|---|
| word-count | a whole number | never |
| slug | a short name and its words | where a text holds no letter |

See the [guide](guide.md) for how they are asked for, and \`tools/generated/\` for their cases.

1. Words stand between blanks; a line end is a blank.
2. Names are in lower case, joined by hyphens.

> A text without a word has the count 0.
`;

const CHANGELOG = `# Changelog

## 1.2

- Counting words no longer depends on the kind of blank between them.
- Fixed: an empty text was counted as one word (thanks to Ana, #12).

## 1.1

- A guide, with a chapter on names.
`;

export const GOOD_DOCUMENTS: readonly Candidate[] = [
  good("document-with-a-table", (repository) => files(repository, { "docs/texts.md": TOPICS })),
  good("changelog", (repository) => files(repository, { "docs/CHANGELOG.md": CHANGELOG })),
  good("guide-with-another-wording", (repository) =>
    files(repository, { [GUIDE]: "A guide for those who are new here.\n" }),
  ),
  good("readme-with-a-typo-mended", (repository) => {
    repository
      .branch("line", "main")
      .commit("readme", { "README.md": "# a home\n\nFor teh team.\n" });
    repository.git("update-ref", "refs/heads/main", "HEAD");
    return files(repository, { "README.md": "# a home\n\nFor the team.\n" });
  }),
  good("questions-and-answers", (repository) =>
    files(repository, {
      "docs/questions.md":
        "# Questions\n\n**Why is my word not counted?** It stands behind a dash without a blank.\n\n**Are names kept?** Nothing is kept.\n",
    }),
  ),
  good("several-documents", (repository) =>
    files(repository, {
      [GUIDE]: "A guide. Its chapters: [texts](texts.md).\n",
      "docs/texts.md": TOPICS,
      "docs/CHANGELOG.md": CHANGELOG,
    }),
  ),
  held(
    /^docs\/start\.md:3 shows a command or code/,
    good("document-with-a-command", (repository) =>
      files(repository, { "docs/start.md": "# Start\n\n    org chat\n" }),
    ),
  ),
  held(
    /^docs\/start\.md:1 is not English/,
    good("document-in-German", (repository) =>
      files(repository, {
        "docs/start.md": "Dieses Werkzeug zählt die Wörter eines Textes und ist schnell.\n",
      }),
    ),
  ),
  held(
    /^docs\/more\.md:1 leads to example\.com/,
    good("document-with-a-link", (repository) =>
      files(repository, { "docs/more.md": "More of it: [the page](https://example.com/words).\n" }),
    ),
  ),
  held(
    /^docs\/guide\.md is deleted/,
    good("document-that-is-over", (repository) => files(repository, { [GUIDE]: null })),
  ),
  held(
    /CHANGELOG\.md/,
    good("changelog-at-the-top", (repository) => files(repository, { "CHANGELOG.md": CHANGELOG })),
  ),
];
