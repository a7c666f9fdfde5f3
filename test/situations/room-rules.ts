/** The rules of a room, and what a person sees of them. */
import { expect } from "bun:test";
import { estimateTokens } from "#models/context.ts";
import { call, say } from "../scripted-answers.ts";
import type { RecordedRequest } from "../scripted-server.ts";
import { GIF, promptOf, type Situation, speakerOf } from "./situation.ts";

const speakers = (requests: readonly RecordedRequest[]): string[] => requests.map(speakerOf);

/** Different enough from what was said before not to be taken for it. */
const TOPICS = "oak elm fir ash yew box fig bay pear plum lime palm".split(" ");
const remark = ({ index }: RecordedRequest): string =>
  `${TOPICS[index]} ${TOPICS[index]?.toUpperCase()} ${"-".repeat(index)} ${index * 7919}`;

const persona = (id: string): string => `---\nid: ${id}\n---\nYou are ${id}, a friend of trees.\n`;

export const ADDRESSING: readonly Situation[] = [
  {
    name: "without a mention exactly one persona answers, and the next line goes to the persona that answered",
    room: ["hello", "@@python you?", "and now?"],
    answers: (request) => say(`I am ${speakerOf(request)}.`),
    stdout: [
      "● user → agent\nhello",
      "● user → python\n@@python you?",
      "● user → python\nand now?",
    ],
    asked: 3,
    sent: (requests) => expect(speakers(requests)).toEqual(["agent", "python", "python"]),
  },
  {
    name: "@@python @@agent answer in that order, and the second sees the first's answer",
    args: ["ask", "@@python @@agent who are you?"],
    answers: (request) => say(`I am ${speakerOf(request)}.`),
    stdout: "python: I am python.\nagent: I am agent.\n",
    asked: 2,
    sent: (requests) => expect(promptOf(requests[1])).toContain("python: I am python."),
  },
  {
    name: "an unknown mention sends nothing and offers the nearest name",
    args: ["ask", "@@pyhton hi"],
    answers: [],
    stderr: () => [
      'There is no persona "pyhton" [PERSONA_UNKNOWN]',
      "the personas are agent, python, toolsmith",
      "→ @@python",
      "Nothing was sent.",
    ],
    asked: 0,
    exitCode: 64,
  },
  {
    name: "a persona that begins to write another's line is cut there",
    answers: say("I think so.\npython: I agree.\nuser: So do I."),
    stdout: "I think so.\n",
    stderr: () => ['agent began to write as "python:" and was cut there.'],
  },
  {
    name: "in direct mode only that persona answers, also when it calls another",
    args: ["ask", "--mode", "direct:python", "the password is swordfish"],
    answers: say("I keep it. Right, @@agent?"),
    stdout: "I keep it. Right, @@agent?\n",
  },
  {
    name: "what was said in direct mode is in no other's prompts",
    room: [
      "/mode direct:python",
      "it is swordfish",
      "/mode group",
      "@@agent @@toolsmith what is it?",
      "@@python what is it?",
    ],
    answers: (request) => say(`${speakerOf(request)} heard you.`),
    stdout: ["— the mode is direct:python\n\n● user → python\nit is swordfish\n"],
    asked: 4,
    sent: ([, agents, toolsmiths, pythons]) => {
      for (const prompt of [agents, toolsmiths].map(promptOf)) {
        expect(prompt).not.toContain("swordfish");
        expect(prompt).not.toContain("python heard you");
      }
      expect(promptOf(pythons)).toContain("swordfish");
    },
  },
  {
    name: "a mode that a model switched with chat_mode holds for the next line",
    room: ["let me talk to python", "hello"],
    answers: [call("chat_mode", { mode: "direct:python" }), say("Switched."), say("Here I am.")],
    stdout: [
      "— agent switched the mode to direct:python\n",
      "● user → python\nhello\n\n● python · m\nHere I am.\n",
    ],
    asked: 3,
  },
  {
    name: "prompt and tools of a persona take less than 1,500 tokens",
    args: ["ask", "@@agent @@python @@toolsmith hi"],
    answers: say("Hi."),
    stdout: "agent: Hi.\npython: Hi.\ntoolsmith: Hi.\n",
    asked: 3,
    sent: (requests) => {
      for (const { body } of requests) {
        const tools = JSON.stringify(body.tools ?? []);
        const taken = estimateTokens(body.messages[0]?.content ?? "") + estimateTokens(tools);
        expect(taken).toBeGreaterThan(100);
        expect(taken).toBeLessThan(1500);
      }
    },
  },
];

export const FILES: readonly Situation[] = [
  {
    name: "a file of the workspace behind a single @ goes with the line",
    args: ["ask", "What is in @notes/plan.md?"],
    files: { ".org/workspace/notes/plan.md": "Plant oaks.\n" },
    answers: say("Oaks."),
    stdout: "Oaks.\n",
    stderr: () => ["— attached notes/plan.md, 12 bytes"],
    sent: ([request]) =>
      expect(promptOf(request)).toContain("(the file notes/plan.md)\nPlant oaks."),
  },
  {
    name: "nothing outside of the workspace is attached",
    args: ["ask", "What is in @../../org.config?"],
    files: { "org.config": "parallel = 1\n" },
    answers: say("I cannot see it."),
    stdout: "I cannot see it.\n",
    stderr: () => [
      'Sent as text, for only files of the workspace are attached: @../../org.config (".." leads out of a folder).',
    ],
    sent: ([request]) => expect(promptOf(request)).not.toContain("parallel"),
  },
  {
    name: "an image that no addressed model can see is not sent",
    args: ["ask", "What is on @pic.gif?"],
    files: { ".org/workspace/pic.gif": GIF },
    answers: [],
    stderr: () => [
      "No addressed model can see pic.gif [INPUT_INVALID]",
      '"m" takes no images, as far as the server and the configuration tell',
      "→ take a model that sees, for example: org models pull qwen2.5vl",
      '→ if it does see, name it in org.config: image_models = ["NAME"]',
      "Nothing was sent.",
    ],
    asked: 0,
    exitCode: 65,
  },
  {
    name: "an image is shown to a model of which the configuration says that it sees",
    args: ["ask", "What is on @pic.gif?"],
    files: { ".org/workspace/pic.gif": GIF, "org.config": 'image_models = ["m*"]\n' },
    answers: say("A tree."),
    stdout: "A tree.\n",
    stderr: () => ["— attached pic.gif, 14 bytes"],
    sent: ([request]) => expect(JSON.stringify(request?.body)).toContain("data:image/gif;base64,"),
  },
];

export const LIMITS: readonly Situation[] = [
  {
    name: "personas that call each other are stopped after 3 rounds",
    answers: (request) =>
      say(`${remark(request)} @@${speakerOf(request) === "agent" ? "python" : "agent"}`),
    stdout: [],
    stderr: () => ["The room settled: 3 rounds without you; agent still called python."],
    asked: 3,
  },
  {
    name: "personas that all call everybody are stopped after 10 messages",
    args: ["ask", "@@group discuss"],
    files: { "personas/ada.md": persona("ada"), "personas/bob.md": persona("bob") },
    answers: (request) => say(`${remark(request)} @@group`),
    stdout: [],
    stderr: () => ["The room settled: 10 messages without you."],
    asked: 10,
  },
  {
    name: "personas go on by themselves twice",
    answers: (request) =>
      say(`${remark(request)} @@${speakerOf(request)} ${request.index === 0 ? "@@python" : ""}`),
    stdout: [],
    stderr: () => [
      "The room settled: 2 times a persona went on by itself; python still wanted to.",
    ],
    asked: 3,
  },
  {
    name: "a room in which nothing new is said settles",
    args: ["ask", "@@agent @@python @@toolsmith discuss"],
    answers: say("We should plant trees along the road. @@group"),
    stdout: [],
    stderr: () => ["The room settled: python repeats itself."],
    asked: 5,
  },
  {
    name: "a persona that has nothing to add passes without a line",
    args: ["ask", "@@python @@agent anything else?"],
    answers: (request) => say(speakerOf(request) === "python" ? "@@pass" : "No."),
    stdout: "agent: No.\n",
    asked: 2,
  },
  {
    name: "the third identical call is not run, and at the next the turn ends",
    answers: call("sh", { cmd: "true" }),
    stderr: () => ["agent stopped (looped): sh was called again and again in the same way"],
    asked: 4,
    sent: ([, second, third, fourth]) => {
      const results = [second, third, fourth].map((one) => one?.body.messages.at(-1)?.content);
      expect(results).toEqual([
        "(no output)",
        "(no output)",
        expect.stringMatching(/^Not run: you made this very call twice already/),
      ]);
    },
    exitCode: 1,
  },
  {
    name: "a model that calls for ever in new ways is stopped after 15 rounds",
    answers: ({ index }) => call("nothing", { index }),
    stderr: () => ["agent stopped (limit): stopped after 15 rounds of tool calls"],
    asked: 15,
    exitCode: 1,
  },
];
