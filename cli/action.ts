import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { echoed } from "#core/text/echoed.ts";

/**
 * What a command is asked to do, by the word behind its name.
 *
 * @throws {OrgError} `USAGE` with the nearest words.
 */
export function actionNamed<Action extends string>(
  command: string,
  actions: readonly Action[],
  name: string,
): Action {
  const action = actions.find((one) => one === name);
  if (action !== undefined) return action;
  throw new OrgError(`org ${command}: unknown action ${echoed(name)}`, {
    code: "USAGE",
    why: `${actions.length === 1 ? "the only action is" : "the actions are"} ${actions.join(", ")}`,
    remedies: [
      ...nearestNames(name, actions).map((one) => `org ${command} ${one}`),
      `org help ${command}`,
    ],
    unchanged: "Nothing was changed.",
  });
}
