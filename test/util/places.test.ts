import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greediest, whoGivesWay } from '../../lib/util/places.js';

/** Holders in short: a letter is a peer, a capital one is known. */
function holdersOf(text: string): { peer: string; isKnown: boolean; place: number }[] {
  return Array.from(text).map((letter, place) => ({
    ...{ peer: letter.toLowerCase(), isKnown: letter !== letter.toLowerCase(), place },
  }));
}

const cases: [newcomer: string, holders: string, leaves: number | undefined, why: string][] = [
  ['b', 'aaaa', 3, 'the youngest of a peer that holds all'],
  ['b', 'aaab', 2, 'as long as the newcomer would hold fewer'],
  ['b', 'aabb', undefined, 'nobody when all hold as many'],
  ['a', 'aaaa', undefined, 'nobody for the greediest itself'],
  ['b', 'acde', undefined, 'never a single place of a stranger for a stranger'],
  ['b', 'AAAA', undefined, 'nobody known for a stranger'],
  ['b', 'AAaa', 3, 'a stranger of a peer that has known ones, too'],
  ['B', 'acde', 0, 'a stranger for somebody known'],
  ['B', 'AAAA', 3, 'the greediest of the known for somebody known'],
  ['B', 'ACDE', undefined, 'no single place of somebody known'],
];
for (const [newcomer, holders, leaves, why] of cases) {
  test(`for ${newcomer} among ${holders} gives way: ${why}`, () => {
    const [one] = holdersOf(newcomer);
    assert.ok(one);
    assert.equal(whoGivesWay(one, holdersOf(holders))?.place, leaves);
  });
}

test('the greediest peer has the most places, and its oldest comes first', () => {
  assert.deepEqual(
    greediest(holdersOf('abbca')).map(({ place }) => place),
    [0, 4],
  );
  assert.deepEqual(greediest([]), []);
});
