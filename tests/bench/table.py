"""From the rows of a run to its table."""
import statistics


def kept_values(rows, job, most_foreign):
    """Returns (values, median of the foreign cores, rows left out) of what `job` has measured."""
    found = [(job.read(row), row["foreign_cores"]) for row in rows if row["command"] == job.command]
    found = [(value, foreign) for value, foreign in found if value is not None]
    kept = [(value, foreign) for value, foreign in found if foreign <= most_foreign]
    if not kept:
        return [], None, len(found)
    return [value for value, _ in kept], statistics.median(foreign for _, foreign in kept), len(found) - len(kept)


def number(value):
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def spread(values, unit):
    text = number(statistics.median(values))
    if len(values) > 1:
        text += f" ({number(min(values))}–{number(max(values))})"
    return f"{text} {unit}"


def share_of(rows, work):
    shares = [row["share_of_limit"] for row in rows
              if row["command"] == work.ours.command and work.ours.read(row) is not None and "share_of_limit" in row]
    return statistics.median(shares) if shares else None


def best_peer(rows, work, most_foreign):
    """Returns (name, values), or None where no peer was measured."""
    measured = []
    for job in work.peers:
        values, _, _ = kept_values(rows, job, most_foreign)
        if values:
            measured.append((job.who, values))
    if not measured:
        return None
    choose = max if work.more_is_better else min
    return choose(measured, key=lambda each: statistics.median(each[1]))


def line_of(work, rows, most_foreign):
    """Returns the table's line, or None where ours was never measured."""
    values, foreign, left_out = kept_values(rows, work.ours, most_foreign)
    if not values:
        return f"| {work.name} | – | | | | {work.wanted.text()} | all {left_out} rows too busy |" if left_out else None
    quiet = [row for row in rows if row["foreign_cores"] <= most_foreign]
    share, peer, ratio = share_of(quiet, work), best_peer(rows, work, most_foreign), None
    ours = statistics.median(values)
    if peer:
        theirs = statistics.median(peer[1])
        ratio = ours / theirs if work.more_is_better else theirs / ours
    met = work.wanted.is_met(ours, ratio, share)
    wanted = work.wanted.text() + {None: "", True: ", met", False: ", missed"}[met]
    load = f"{foreign:.2f}" + (f", {left_out} left out" if left_out else "")
    return (f"| {work.name} | {spread(values, work.unit)} | {f'{peer[0]}: {spread(peer[1], work.unit)}' if peer else '–'} | "
            f"{f'{ratio:.2f}' if ratio else '–'} | {f'{share:.2f}' if share else '–'} | {wanted} | {load} |")


def make_table(works, rows, most_foreign):
    lines = ["| work | ours | best peer | ratio | share of the limit | wanted | foreign cores |",
             "| --- | --- | --- | --- | --- | --- | --- |"]
    lines += [line for line in (line_of(work, rows, most_foreign) for work in works) if line]
    return "\n".join(lines)
