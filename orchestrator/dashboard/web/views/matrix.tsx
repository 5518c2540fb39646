/** A matrix of all accounts by gate, module or region. */
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Toggle from '@cloudscape-design/components/toggle';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Board } from '../../api/contract';
import { sentenceCase } from '../labels';
import { boardPollMs, useLive } from '../live';
import { type Axis, axes, type Grouping, groupings, groupsOf, legendOf, type Meaning, sheetOf } from '../matrix/cells';
import { CountsTable } from '../matrix/counts';
import { coloursOf, drawShape } from '../matrix/draw';
import { HeatMap } from '../matrix/heat-map';
import { type Cell, type Density, densities } from '../matrix/layout';
import { Reason } from '../matrix/reason';
import { Cloudscape } from '../parts/cloudscape';
import { Loading } from '../parts/loading';
import { hrefTo, replaceRoute } from '../route';
import '../matrix/matrix.css';

interface Choice {
  readonly axis: Axis;
  readonly grouping: Grouping;
  readonly density: Density;
  readonly onlyBad: boolean;
}

const chosen = <T extends string>(among: readonly [T, ...T[]], text: string | null): T =>
  among.find((one) => one === text) ?? among[0];
const choiceOf = (query: URLSearchParams): Choice => ({
  axis: chosen(axes, query.get('by')),
  grouping: chosen(groupings, query.get('group')),
  density: chosen(densities, query.get('show')),
  onlyBad: query.get('only') === 'bad',
});
const choose = ({ axis, grouping, density, onlyBad }: Choice): void =>
  replaceRoute(hrefTo('matrix', '', { by: axis, group: grouping, show: density, only: onlyBad ? 'bad' : '' }));

interface MatrixProps {
  readonly query: URLSearchParams;
  readonly isDark: boolean;
}
export default function MatrixView({ query, isDark }: MatrixProps) {
  const { data: board, error } = useLive<Board>('/board', boardPollMs);
  const choice = choiceOf(query);
  const { axis, grouping, density, onlyBad } = choice;
  const [cursor, setCursor] = useState<Cell>();
  const sheet = useMemo(() => (board === undefined ? undefined : sheetOf(board, axis)), [board, axis]);
  const groups = useMemo(
    () => (board === undefined || sheet === undefined ? [] : groupsOf(board, sheet, grouping, onlyBad)),
    [board, sheet, grouping, onlyBad],
  );
  const all = useMemo(
    () => (board === undefined || sheet === undefined ? [] : groupsOf(board, sheet, grouping, false)),
    [board, sheet, grouping],
  );
  if (board === undefined || sheet === undefined) return <Loading what="matrix" error={error} />;
  return (
    <>
      <h1>Matrix</h1>
      <Cloudscape>
        <Choices choice={choice} />
      </Cloudscape>
      <div className="panel">
        <CountsTable sheet={sheet} groups={all} grouping={grouping} />
      </div>
      <section className="panel" aria-label="Map">
        <Legend meanings={legendOf(axis)} isDark={isDark} />
        <Reason board={board} sheet={sheet} cursor={cursor} />
        {groups.length === 0 ? (
          <p className="quiet">{onlyBad ? nothingFound[axis] : noAccounts}</p>
        ) : (
          <HeatMap {...{ board, sheet, groups, density, isDark, cursor }} onCursor={setCursor} />
        )}
      </section>
    </>
  );
}

/** Each text covers only its own axis: a module can be current while a gate fails. */
const nothingFound: Readonly<Record<Axis, string>> = {
  gate: 'No gate is failing in any account.',
  module: 'No module has failed in any account. Select “Gates” to see gate results.',
  region: 'No module has failed in any region. Select “Gates” to see gate results.',
};
const noAccounts = 'No accounts yet.';

const options = <T extends string>(ids: readonly T[], texts: Readonly<Record<T, string>>) =>
  ids.map((id) => ({ id, text: texts[id] }));

function Choices({ choice }: { readonly choice: Choice }) {
  return (
    <div className="choices">
      <SegmentedControl
        label="Columns"
        selectedId={choice.axis}
        options={options(axes, { gate: 'Gates', module: 'Modules', region: 'Regions' })}
        onChange={({ detail }) => choose({ ...choice, axis: chosen(axes, detail.selectedId) })}
      />
      <SegmentedControl
        label="Group by"
        selectedId={choice.grouping}
        options={options(groupings, { wave: 'By wave', ou: 'By OU' })}
        onChange={({ detail }) => choose({ ...choice, grouping: chosen(groupings, detail.selectedId) })}
      />
      <SegmentedControl
        label="Layout"
        selectedId={choice.density}
        options={options(densities, { packed: 'Compact', rows: 'With names' })}
        onChange={({ detail }) => choose({ ...choice, density: chosen(densities, detail.selectedId) })}
      />
      <Toggle checked={choice.onlyBad} onChange={({ detail }) => choose({ ...choice, onlyBad: detail.checked })}>
        Failing or unknown only
      </Toggle>
    </div>
  );
}

const Legend = ({ meanings, isDark }: { readonly meanings: readonly Meaning[]; readonly isDark: boolean }) => (
  <ul className="legend" aria-label="Legend">
    {meanings.map((meaning) => (
      <li key={meaning.letter}>
        <Swatch meaning={meaning} isDark={isDark} />
        {meaning.letter} {sentenceCase(meaning.words)}
      </li>
    ))}
  </ul>
);

const swatchSize = 12;

function Swatch({ meaning: { kind }, isDark }: { readonly meaning: Meaning; readonly isDark: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const brush = canvas.current?.getContext('2d');
    if (!brush) return;
    brush.clearRect(0, 0, swatchSize, swatchSize);
    drawShape(brush, kind, 1, 1, swatchSize - 2, coloursOf(isDark));
  }, [kind, isDark]);
  return <canvas ref={canvas} width={swatchSize} height={swatchSize} />;
}
