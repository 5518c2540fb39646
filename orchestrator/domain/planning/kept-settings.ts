/** What of an account's earlier settings comes back when its wave goes back to an older release. */
import { type DesiredSettings, type PreviousSettings, regional } from '../model/settings';

type Part = keyof PreviousSettings & keyof DesiredSettings;
const isRegional = (part: string): boolean => regional.some((one) => one === part);

interface Value {
  readonly part: Part;
  /** '' where an account has the setting once. */
  readonly region: string;
  readonly value: unknown;
}

/** Of what is kept, what the desired settings leave alone: there the earlier value comes back. */
export const ungoverned = (
  kept: PreviousSettings,
  desired: DesiredSettings,
  regions: readonly string[],
): PreviousSettings =>
  settingsOf(
    valuesOf(kept).filter(
      ({ part, region }) => desired[part] === undefined || (isRegional(part) && !regions.includes(region)),
    ),
  );

/** What stays kept once some of it is back in the account: the next change of it is the first again. */
export function forgetting(kept: PreviousSettings, putBack: PreviousSettings): PreviousSettings {
  const back = valuesOf(putBack);
  return settingsOf(valuesOf(kept).filter((value) => !back.some(isSamePlace(value))));
}

export const namesNothing = (settings: PreviousSettings | DesiredSettings): boolean =>
  Object.values(settings).every((value) => value === undefined);

const isSamePlace =
  (a: Value) =>
  (b: Value): boolean =>
    a.part === b.part && a.region === b.region;

function valuesOf(settings: PreviousSettings): readonly Value[] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]): readonly Value[] => {
    const part = name as Part;
    if (value === undefined) return [];
    if (!isRegional(part)) return [{ part, region: '', value }];
    return Object.entries(value ?? {}).map(([region, inner]: [string, unknown]) => ({ part, region, value: inner }));
  });
}

function settingsOf(values: readonly Value[]): PreviousSettings {
  const settings: Record<string, unknown> = {};
  for (const { part, region, value } of values)
    settings[part] = region === '' ? value : { ...(settings[part] as object | undefined), [region]: value };
  return settings;
}
