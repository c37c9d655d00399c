package io.relaygate.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the name that somebody probably meant. */
public final class Nearest {

    private static final int FARTHEST = 2;
    private static final int LONGEST = 100;

    private Nearest() {}

    /** {@code "; did you mean 'name'?"}, or nothing if no name is near. */
    public static String hint(String written, Collection<String> names) {
        String name = of(written, names);
        return name == null ? "" : "; did you mean " + Problems.quote(name) + "?";
    }

    /** The nearest name within an edit distance of 2, or null. */
    public static @Nullable String of(String written, Collection<String> names) {
        String best = null;
        int least = FARTHEST + 1;
        for (String name : names) {
            int distance = distance(written, name);
            // A name that shares less than half of its letters is no slip of the finger.
            if (distance < least && distance * 2 <= name.length()) {
                least = distance;
                best = name;
            }
        }
        return best;
    }

    /**
     * The optimal string alignment distance: letters added, left out, changed, or swapped with their neighbour. A
     * difference in case alone is one slip, however many letters it concerns.
     */
    private static int distance(String a, String b) {
        if (a.equalsIgnoreCase(b)) {
            return a.equals(b) ? 0 : 1;
        }
        if (a.length() > LONGEST || b.length() > LONGEST || Math.abs(a.length() - b.length()) > FARTHEST) {
            return FARTHEST + 1;
        }
        int[][] rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                rows[i][j] = i == 0 || j == 0 ? i + j : cell(a, b, rows, i, j);
            }
        }
        return rows[a.length()][b.length()];
    }

    private static int cell(String a, String b, int[][] rows, int i, int j) {
        char mine = a.charAt(i - 1);
        char theirs = b.charAt(j - 1);
        int changed = rows[i - 1][j - 1] + (mine == theirs ? 0 : 1);
        int least = Math.min(changed, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && mine == b.charAt(j - 2) && a.charAt(i - 2) == theirs;
        return swapped ? Math.min(least, rows[i - 2][j - 2] + 1) : least;
    }
}
