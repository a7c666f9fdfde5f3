/** What a model would say: prose with a little Markdown, in the pieces that servers really send. */

/** Chunks of one answer; at 50 tokens a second a model would need about two minutes for it. */
const CHUNKS = 2000;

/** A token of English prose is about four characters, and servers send a few of them at once. */
const CHARACTERS_PER_CHUNK = 16;

const TEXT = `The lighthouse at the end of the pier had been dark for eleven years when Marta bought it. Nobody in
town could say why the harbour office had let it go for so little; some spoke of the stairs, others of the
winter of 1987, when the sea took the lower door and left a boat in the kitchen.

She began with the lamp. "If it turns," she said, "the rest will follow" – and it did turn, after two days and
half a litre of oil. Three things had to be settled before the first frost:

1. the roof, where 14 of 60 slates were missing (about 23 %);
2. the pump, which ran only while a person stood beside it;
3. the **stairs**, of which the surveyor had written: *not to be used by more than one person at a time*.

By October she knew which of the neighbours would help, what it would cost, and that if a < b and b < c there was
still no way to carry a stove up a spiral staircase. \`make install\` it was not.

`;

/** The pieces, in order; together they are {@link PROSE}. */
export const PIECES: readonly string[] = Array.from({ length: CHUNKS }, (_, index) => {
  const start = (index * CHARACTERS_PER_CHUNK) % TEXT.length;
  return `${TEXT}${TEXT}`.slice(start, start + CHARACTERS_PER_CHUNK);
});

/** The whole answer. */
export const PROSE: string = PIECES.join("");
