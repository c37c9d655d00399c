package io.relaygate.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A table for people: every column as wide as its widest cell, the last one as it comes. */
final class Columns {

    private final List<List<String>> rows = new ArrayList<>();

    Columns(String... headings) {
        row(headings);
    }

    /** Adds a row of as many cells as there are headings; an empty one is shown as a dash, the last one as nothing. */
    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** How many rows there are below the headings. */
    int size() {
        return rows.size() - 1;
    }

    void print(PrintStream out) {
        int last = rows.getFirst().size() - 1;
        int[] widths = new int[last];
        for (List<String> row : rows) {
            for (int i = 0; i < last; i++) {
                widths[i] = Math.max(widths[i], shown(row.get(i)).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < last; i++) {
                String cell = shown(row.get(i));
                line.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
            }
            out.println((line + row.get(last)).stripTrailing());
        }
    }

    private static String shown(String cell) {
        return cell.isEmpty() ? "-" : cell;
    }
}
