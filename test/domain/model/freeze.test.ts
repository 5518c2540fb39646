import { parseWaveName } from '../../../orchestrator/domain/model/brand';
import { type Freeze, freezeAt, freezeNotes } from '../../../orchestrator/domain/model/freeze';

const [dev, prod] = [parseWaveName('dev'), parseWaveName('prod')];
const freeze = (from: string, to: string, waves?: Freeze['waves']): Freeze => ({
  from: `2026-12-${from}:00:00.000Z`,
  to: `2026-12-${to}:00:00.000Z`,
  reason: 'year end',
  waves,
});
const at = (time: string): Date => new Date(`2026-12-${time}:00Z`);

describe('a wave is held', () => {
  test.each([
    { when: 'a moment before it begins', now: '20T07:59', held: false },
    { when: 'from its first moment', now: '20T08:00', held: true },
    { when: 'until its last', now: '22T07:59', held: true },
    { when: 'at its end no more', now: '22T08:00', held: false },
  ])('$when: $held', ({ now, held }) => {
    expect(freezeAt([freeze('20T08', '22T08')], dev, at(now)) !== undefined).toBe(held);
  });

  test('only where the freeze means it', () => {
    const forProd = freeze('20T08', '22T08', [prod]);

    expect([freezeAt([forProd], dev, at('21T08:00')), freezeAt([forProd], prod, at('21T08:00'))]).toEqual([
      undefined,
      forProd,
    ]);
  });

  test('by the one of several that ends last, so that it waits once', () => {
    const [short, long] = [freeze('20T08', '21T08'), freeze('20T08', '24T08')];

    expect(freezeAt([short, long, short], dev, at('20T09:00'))).toBe(long);
  });
});

test.each([
  {
    freeze: freeze('20T08', '22T08'),
    now: '21T08:00',
    says: 'of every wave until 2026-12-22T08:00:00.000Z: year end',
  },
  {
    freeze: freeze('20T08', '22T08', [dev, prod]),
    now: '01T08:00',
    says: 'of wave dev, prod from 2026-12-20T08:00:00.000Z to 2026-12-22T08:00:00.000Z: year end',
  },
])('a plan notes active and upcoming freezes: freeze $says', ({ freeze, now, says }) => {
  expect(freezeNotes([freeze], at(now))).toEqual([`freeze ${says}`]);
});

test.each([
  { when: 'is over', now: new Date('2026-12-22T08:00:00Z') },
  { when: 'is more than 30 days away', now: new Date('2026-11-20T07:59:59Z') },
])('a freeze that $when is no news', ({ now }) => {
  expect(freezeNotes([freeze('20T08', '22T08')], now)).toEqual([]);
});
