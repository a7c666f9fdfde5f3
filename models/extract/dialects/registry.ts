import type { Dialect } from "../dialect.ts";
import { commandR, qwenAgent, qwenBracket, react } from "./agents.ts";
import { bareJson, pythonic } from "./bare.ts";
import { deepseek } from "./deepseek.ts";
import { functionary, functionaryHeadless } from "./functionary.ts";
import { functionGemma, gemma4, gemma4Bare, gemmaToolCode } from "./gemma.ts";
import {
  glm,
  hunyuan,
  hunyuanPlain,
  iquest,
  k2Horizon,
  longcatArguments,
  namedJson,
  teleChat,
} from "./glm.ts";
import { harmony } from "./harmony.ts";
import { inkling, inklingHeadless } from "./inkling.ts";
import { dots, dsml, gigaChat35, invoke, step } from "./invoke.ts";
import {
  apertus,
  cohere,
  functools,
  gigaChat,
  granite,
  hermes,
  internLm,
  k2HorizonJson,
  lfm,
  llama4,
  lmStudio,
  longcat,
  nemotron,
  olmo,
  openPangu,
  pythonTag,
} from "./json-in-tags.ts";
import { kimi2, kimi3 } from "./kimi.ts";
import { leaks } from "./leaks.ts";
import { miniMax3 } from "./minimax3.ts";
import { mistral, mistralHeadless } from "./mistral.ts";
import { plamo } from "./plamo.ts";
import { functionTag, miniCpm, qwenCoder } from "./qwen-coder.ts";
import { solarOpen, solarOpen2 } from "./solar.ts";
import { thinking } from "./thinking.ts";
import { cwm, useMcpTool } from "./words.ts";

/**
 * All dialects. Where two share an opener, the first whose `after` fits has it; the ones without a
 * marker of their own come last.
 */
export const DIALECTS: readonly Dialect[] = [
  thinking,
  harmony,
  hermes,
  qwenCoder,
  functionTag,
  miniCpm,
  namedJson,
  glm,
  teleChat,
  hunyuanPlain,
  hunyuan,
  ...iquest,
  k2Horizon,
  k2HorizonJson,
  invoke,
  step,
  ...dsml,
  ...gigaChat35,
  dots,
  olmo,
  nemotron,
  longcat,
  longcatArguments,
  openPangu,
  lfm,
  llama4,
  pythonTag,
  cohere,
  apertus,
  lmStudio,
  granite,
  gigaChat,
  internLm,
  functools,
  mistral,
  deepseek,
  kimi2,
  kimi3,
  miniMax3,
  solarOpen,
  solarOpen2,
  inkling,
  plamo,
  cwm,
  useMcpTool,
  functionGemma,
  gemma4,
  gemmaToolCode,
  functionary,
  react,
  commandR,
  qwenAgent,
  qwenBracket,
  leaks,
  pythonic,
  bareJson,
  gemma4Bare,
];

/** Calls that begin with the name of a declared tool, before any text. */
export const HEADLESS: readonly Dialect[] = [functionaryHeadless, mistralHeadless, inklingHeadless];
