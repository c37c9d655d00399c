package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The document with the table: what is between two markers is replaced, the rest stays. */
final class Document {

    static final String BEGIN = "<!-- table: written by bench/run --write -->";
    static final String END = "<!-- end of table -->";

    private Document() {}

    /** Refuses a file without the markers; to be asked before an hour of measuring. */
    static void check(Path file) throws IOException, Refusal {
        replaced(Files.readString(file), "", file);
    }

    static void write(Path file, String content) throws IOException, Refusal {
        Files.writeString(file, replaced(Files.readString(file), content, file));
    }

    private static String replaced(String text, String content, Path file) throws Refusal {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new Refusal("%s lacks the lines '%s' and '%s'".formatted(file, BEGIN, END));
        }
        return text.substring(0, begin + BEGIN.length()) + "\n\n" + content + "\n" + text.substring(end);
    }
}
