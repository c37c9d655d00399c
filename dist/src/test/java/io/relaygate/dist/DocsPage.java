package io.relaygate.dist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of the documentation, as its fenced blocks. A mark is an HTML comment on the line before a block; README.md in
 * docs/ says which there are.
 *
 * @param name the file, relative to the repository
 * @param blocks in their order
 */
record DocsPage(String name, List<Block> blocks) {

    private static final Pattern FENCE = Pattern.compile("\\s*```(.*)");
    private static final Pattern MARK = Pattern.compile("\\s*<!--\\s*(.*?)\\s*-->\\s*");
    private static final Pattern FILE_NAME = Pattern.compile("# ([\\w./-]+\\.[a-z]+)");

    /**
     * A fenced block.
     *
     * @param page the page's name
     * @param line where its first fence is, from 1
     * @param kind what stands behind the first fence
     * @param mark the text of the comment before it; empty if there is none
     * @param text its lines, with their ends
     */
    record Block(String page, int line, String kind, String mark, String text) {

        /** What follows {@code name:} in the mark, if the mark begins so. */
        Optional<String> mark(String name) {
            return mark.startsWith(name + ":") ? Optional.of(mark.substring(name.length() + 1).strip()) : Optional.empty();
        }

        /** The file that the block's first line names: {@code # edge.yaml}. */
        Optional<String> fileName() {
            Matcher first = FILE_NAME.matcher(text.lines().findFirst().orElse(""));
            return first.matches() ? Optional.of(first.group(1)) : Optional.empty();
        }

        String place() {
            return page + ":" + line;
        }
    }

    static DocsPage read(Path repository, Path file) {
        return parse(repository.relativize(file).toString(), Folders.text(file));
    }

    /**
     * Parses a page.
     *
     * @throws AssertionError if a fence is left open, or looks unlike {@code ```kind}
     */
    static DocsPage parse(String name, String markdown) {
        List<String> lines = markdown.lines().toList();
        List<Block> blocks = new ArrayList<>();
        int i = 0;
        while (i < lines.size()) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (fence.matches()) {
                int end = end(name, lines, i);
                blocks.add(new Block(name, i + 1, fence.group(1).strip(), markBefore(lines, i), text(lines, i, end)));
                i = end;
            } else if (lines.get(i).strip().startsWith("~~~")) {
                throw new AssertionError(name + ":" + (i + 1) + ": write ``` for ~~~");
            }
            i++;
        }
        return new DocsPage(name, List.copyOf(blocks));
    }

    private static int end(String name, List<String> lines, int start) {
        for (int i = start + 1; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (fence.matches() && fence.group(1).isBlank()) {
                return i;
            }
            if (fence.matches()) {
                break;
            }
        }
        throw new AssertionError(name + ":" + (start + 1) + ": the block is not closed");
    }

    private static String markBefore(List<String> lines, int fence) {
        Matcher mark = MARK.matcher(fence == 0 ? "" : lines.get(fence - 1));
        return mark.matches() ? mark.group(1) : "";
    }

    /** The lines between two fences, without the indent that a block in a list has. */
    private static String text(List<String> lines, int start, int end) {
        int indent = lines.get(start).indexOf('`');
        StringBuilder text = new StringBuilder();
        for (String line : lines.subList(start + 1, end)) {
            int blanks = 0;
            while (blanks < Math.min(indent, line.length()) && line.charAt(blanks) == ' ') {
                blanks++;
            }
            text.append(line.substring(blanks)).append('\n');
        }
        return text.toString();
    }
}
