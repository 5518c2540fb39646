/** The matrix as a canvas: it draws the scrolled part of the sheet and has a cursor for pointer and keyboard. */
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Board } from '../../api/contract';
import { hrefTo, navigate } from '../route';
import type { Group, Sheet } from './cells';
import { draw } from './draw';
import { boxOf, type Cell, cellAt, type Density, layoutOf, moveCursor } from './layout';

interface HeatMapProps {
  readonly board: Board;
  readonly sheet: Sheet;
  readonly groups: readonly Group[];
  readonly density: Density;
  readonly isDark: boolean;
  readonly cursor: Cell | undefined;
  readonly onCursor: (cell: Cell | undefined) => void;
}

export function HeatMap({ board, sheet, groups, density, isDark, cursor: last, onCursor }: HeatMapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [top, setTop] = useState(0);
  const layout = useMemo(
    () => layoutOf(groups, sheet.columns, density, size.width),
    [groups, sheet, density, size.width],
  );
  // The cursor is dropped if a filter has hidden its account.
  const cursor = last !== undefined && layout.lineOf.has(last.account) ? last : undefined;

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const brush = canvas.current?.getContext('2d');
    if (!canvas.current || !brush || size.width === 0) return;
    const sharpness = devicePixelRatio;
    canvas.current.width = size.width * sharpness;
    canvas.current.height = size.height * sharpness;
    canvas.current.style.width = `${size.width}px`;
    canvas.current.style.height = `${size.height}px`;
    brush.scale(sharpness, sharpness);
    draw(brush, { board, sheet, layout, cursor, isDark }, { top, ...size });
  }, [board, sheet, layout, cursor, isDark, top, size]);

  const under = ({ clientX, clientY, currentTarget }: PointerEvent | React.MouseEvent): Cell | undefined => {
    const { left, top: edge } = currentTarget.getBoundingClientRect();
    return cellAt(layout, clientX - left, clientY - edge + top);
  };
  const open = (cell: Cell | undefined): void => {
    const id = cell === undefined ? undefined : board.accounts.ids[cell.account];
    if (id !== undefined) navigate(hrefTo('accounts', id));
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') open(cursor);
    const next = moveCursor(layout, cursor, event.key);
    if (next === undefined) return;
    event.preventDefault();
    onCursor(next);
    const box = boxOf(layout, next);
    const element = frame.current;
    if (box === undefined || element === null) return;
    if (box.y < top + 30) element.scrollTop = box.y - 60;
    if (box.y > top + size.height - 40) element.scrollTop = box.y - size.height + 80;
  };

  return (
    <div
      ref={frame}
      className="map"
      role="application"
      aria-roledescription="heat map"
      aria-label={`Accounts by ${sheet.axis}. Use the arrow keys to move and Enter to open an account. The table above lists the same data as counts.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is operated by keyboard
      tabIndex={0}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
      onPointerMove={(event) => onCursor(under(event) ?? cursor)}
      onClick={(event) => open(under(event))}
      onKeyDown={press}
      onFocus={() => cursor ?? onCursor(moveCursor(layout, undefined, 'Home'))}
    >
      <canvas ref={canvas} />
      <Spacer height={layout.height - size.height} />
    </div>
  );
}

/** Gives the frame its scroll height. The height is set as a property, because the page's policy forbids style attributes. */
function Spacer({ height }: { readonly height: number }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (element.current !== null) element.current.style.height = `${Math.max(0, height)}px`;
  }, [height]);
  return <div ref={element} />;
}
