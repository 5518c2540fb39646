/** Which earlier settings of an account are restored when its wave rolls back to an older release. */
import { type DesiredSettings, type PreviousSettings, regional } from '../model/settings';

type Part = keyof PreviousSettings & keyof DesiredSettings;
const isRegional = (part: string): boolean => regional.some((one) => one === part);

interface Value {
  readonly part: Part;
  /** '' for a setting of the whole account. */
  readonly region: string;
  readonly value: unknown;
}

/** The recorded settings that the release does not govern: their earlier values are restored. */
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

/** The recorded settings without the restored ones: the next change of a restored setting is a first change again. */
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
