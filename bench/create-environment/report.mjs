// Numbers of two sides, side by side.

/** The value that a share of the values lies below, between two of them where need be. */
function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return rounded(low + (high - low) * (at % 1));
}

const rounded = value => Number(value.toFixed(2));
const spread = values => [percentile(values, 0.1), percentile(values, 0.9)];

/**
 * Times of both sides, taken in turn: the goal is a ratio of their medians.
 * @param {string} name @param {number[]} ours @param {number[]} peer @param {number} goal largest ratio
 */
export function compare(name, ours, peer, goal) {
  const medians = [percentile(ours, 0.5), percentile(peer, 0.5)];
  const ratio = medians[0] / medians[1];
  return {
    case: name,
    ours: medians[0],
    peer: medians[1],
    ratio: rounded(ratio),
    // Of the pairs of one round each.
    ratioSpread: spread(ours.map((value, at) => value / peer[at])).map(rounded),
    oursSpread: spread(ours),
    peerSpread: spread(peer),
    goal: `ratio <= ${goal}`,
    met: ratio <= goal,
  };
}

/** Counts of both sides: the goal is ours alone. */
export function atMost(name, ours, peer, goal) {
  return {
    case: name,
    ours,
    peer,
    ratio: peer ? rounded(ours / peer) : undefined,
    goal: `<= ${goal}`,
    met: ours <= goal,
  };
}

/** Prints a table, and as the last line the same as JSON. */
export function report(bench, rows) {
  const shown = (value, range) =>
    range ? `${value} (${range[0]}..${range[1]})` : value ?? '';
  console.log('p50 (p10..p90); ratios are Moorline to stock');
  console.table(
    rows.map(row => ({
      case: row.case,
      Moorline: shown(row.ours, row.oursSpread),
      stock: shown(row.peer, row.peerSpread),
      ratio: shown(row.ratio, row.ratioSpread),
      goal: row.goal,
      met: row.met,
    })),
  );
  console.log(
    JSON.stringify({
      bench,
      rows: rows.map(({ case: name, ours, peer, ratio = null, goal, met }) => ({
        case: name,
        ours,
        peer,
        ratio,
        goal,
        met,
      })),
    }),
  );
}
