package io.relaygate.config;

import java.util.Collection;

/** Finds the name that somebody probably meant. */
public final class Nearest {

    private static final int FARTHEST = 2;
    private static final int LONGEST = 100;

    private Nearest() {}

    /** {@code "; did you mean 'name'?"}, or nothing if no name is within an edit distance of 2. */
    public static String hint(String written, Collection<String> names) {
        String best = "";
        int least = FARTHEST + 1;
        for (String name : names) {
            int distance = distance(written, name);
            // A name that shares less than half of its letters is no slip of the finger.
            if (distance < least && distance * 2 <= name.length()) {
                least = distance;
                best = name;
            }
        }
        return best.isEmpty() ? "" : "; did you mean " + Problems.quote(best) + "?";
    }

    /** Levenshtein's distance; a difference in case alone is one slip, however many letters it concerns. */
    private static int distance(String a, String b) {
        if (a.equalsIgnoreCase(b)) {
            return 1;
        }
        if (a.length() > LONGEST || b.length() > LONGEST || Math.abs(a.length() - b.length()) > FARTHEST) {
            return FARTHEST + 1;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
