package io.relaygate.plugins.tds.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Statements in Transact-SQL, cut into words as the server does it: comments, strings and quoted names are no words. No more than that is understood.
 */
public final class SqlText {

    private final String text;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder masked = new StringBuilder();
    private boolean whole = true;
    private boolean begun;
    private boolean beginsWithWord;
    private int at;

    private SqlText(String text) {
        this.text = text;
    }

    /** Cuts it. */
    public static SqlText of(String text) {
        return of(text, Integer.MAX_VALUE);
    }

    private static SqlText of(String text, int most) {
        SqlText cut = new SqlText(text);
        while (cut.at < text.length() && cut.masked.length() <= most) {
            cut.next();
        }
        return cut;
    }

    /** The beginning of statements as {@link #masked()} has them all: {@code most} characters, and the word with which they are exceeded. */
    public static String masked(String text, int most) {
        return of(text, most).masked();
    }

    /** Words that are neither quoted nor variables, in upper case and their order. */
    public List<String> words() {
        return words;
    }

    /** The statements without comments, and with {@code ?} for every literal. */
    public String masked() {
        return masked.toString().strip();
    }

    /** Whether a word stands first, or there is nothing but comments: a quoted name there would be a procedure's. */
    public boolean beginsWithWord() {
        return beginsWithWord || !begun;
    }

    /** Whether every comment, string and name has its end. */
    public boolean isWhole() {
        return whole;
    }

    private void next() {
        char first = text.charAt(at);
        if (text.startsWith("--", at)) {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
        } else if (text.startsWith("/*", at)) {
            comment();
        } else if (first == '\'' || first == '"') {
            begun = true;
            quoted(first);
            masked.append('?');
        } else if (first == '[') {
            int begin = at;
            begun = true;
            quoted(']');
            masked.append(text, begin, at);
        } else if (isDigit(first)) {
            begun = true;
            number();
            masked.append('?');
        } else if (Character.isLetter(first) || first == '_' || first == '@' || first == '#') {
            word();
            begun = true;
        } else {
            space(first);
            begun |= !Character.isWhitespace(first) && first != ';' && first != '(';
            at++;
        }
    }

    private void space(char each) {
        boolean blank = Character.isWhitespace(each);
        boolean after = masked.isEmpty() || masked.charAt(masked.length() - 1) == ' ';
        if (!blank) {
            masked.append(each);
        } else if (!after) {
            masked.append(' ');
        }
    }

    private void word() {
        String word = take(SqlText::isPartOfWord);
        boolean national = word.equalsIgnoreCase("n") && at < text.length() && text.charAt(at) == '\'';
        if (!national) {
            masked.append(word);
            if (word.charAt(0) != '@') {
                beginsWithWord |= !begun;
                words.add(word.toUpperCase(Locale.ROOT));
            }
        }
    }

    private interface Kind {
        boolean has(char each);
    }

    private String take(Kind kind) {
        int begin = at;
        while (at < text.length() && kind.has(text.charAt(at))) {
            at++;
        }
        return text.substring(begin, at);
    }

    private static boolean isPartOfWord(char each) {
        return Character.isLetterOrDigit(each) || each == '_' || each == '@' || each == '#' || each == '$';
    }

    private static boolean isDigit(char each) {
        return each >= '0' && each <= '9';
    }

    /** No further than it goes: in {@code 1delete} a word follows. */
    private void number() {
        if (text.regionMatches(true, at, "0x", 0, 2)) {
            at += 2;
            take(each -> Character.digit(each, 16) >= 0);
            return;
        }
        take(each -> isDigit(each) || each == '.');
        if (text.regionMatches(true, at, "e", 0, 1)) {
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            take(SqlText::isDigit);
        }
    }

    /** Comments may stand in comments. */
    private void comment() {
        int depth = 0;
        do {
            if (text.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < text.length());
        whole &= depth == 0;
        space(' ');
    }

    /** The end of it, doubled, is part of it. */
    private void quoted(char end) {
        at++;
        while (at < text.length()) {
            if (text.charAt(at) != end) {
                at++;
            } else if (at + 1 < text.length() && text.charAt(at + 1) == end) {
                at += 2;
            } else {
                at++;
                return;
            }
        }
        whole = false;
    }
}
