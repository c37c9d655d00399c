package io.relaygate.dist;

import io.relaygate.cli.CheckHere;
import io.relaygate.dist.DocsPage.Block;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Checks the blocks of one page, from the first to the last, as a reader follows them. */
final class DocsCheck {

    /** Says what a command has said, now and perhaps something else later. */
    private interface Saying {
        String now();
    }

    /**
     * What the latest block said that a {@code text} block may show.
     *
     * @param end whether nothing more is said
     * @param patience how long it may take until it is as shown
     */
    private record Said(Saying saying, boolean end, Duration patience) {

        static Said once(String text) {
            return new Said(() -> text, true, Duration.ZERO);
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final DocsPage page;
    private final DocsSandbox sandbox;
    private final List<String> wrong = new ArrayList<>();
    private @Nullable Said said;
    private int checked;

    private DocsCheck(DocsPage page, DocsSandbox sandbox) {
        this.page = page;
        this.sandbox = sandbox;
    }

    /** What is wrong with a page, a line each with its place. */
    static List<String> of(DocsPage page) {
        try (DocsSandbox sandbox = new DocsSandbox(page)) {
            DocsCheck check = new DocsCheck(page, sandbox);
            page.blocks().forEach(check::check);
            if (check.checked != page.blocks().size()) {
                check.wrong.add(page.name() + ": " + check.checked + " of " + page.blocks().size() + " blocks checked");
            }
            return check.wrong;
        }
    }

    private void check(Block block) {
        Said before = said;
        said = null;
        String trouble;
        try {
            trouble = switch (block.kind()) {
                case "sh" -> shell(block);
                case "text" -> text(block, before);
                case "yaml" -> yaml(block);
                case "xml" -> xml(block);
                case "json" -> json(block);
                case "java" -> DocsJava.trouble(page, block, sandbox.folder());
                default -> "nobody checks blocks of the kind '" + block.kind() + "'; sh, text, yaml, json, xml and java are checked";
            };
        } catch (AssertionError e) {
            trouble = String.valueOf(e.getMessage());
        }
        if (trouble == null) {
            checked++;
        } else {
            wrong.add(block.place() + ": " + trouble);
        }
    }

    private @Nullable String shell(Block block) {
        Programs.Ended syntax = Programs.in(sandbox.folder()).start("bash", "-n", "-c", block.text());
        if (syntax.code() != 0) {
            return "no shell script: " + syntax.err();
        }
        Optional<String> reason = block.mark("not run");
        if (reason.isPresent()) {
            return reason.get().isEmpty() ? "say why it is not run" : null;
        }
        Optional<String> sign = block.mark("goes on, up when it says");
        if (sign.isPresent()) {
            said = new Said(sandbox.start(block, sign.get())::out, false, Duration.ZERO);
            return null;
        }
        if (block.mark().equals("repeated until it says this")) {
            said = new Said(() -> sandbox.run(block.text()).out(), true, PATIENCE);
            return null;
        }
        int expected = block.mark("ends with").map(Integer::parseInt).orElse(0);
        Programs.Ended ended = sandbox.run(block.text());
        said = Said.once(ended.out());
        return ended.code() == expected ? null : "ended with " + ended.code() + ":\n" + ended.out() + ended.err();
    }

    private static @Nullable String text(Block block, @Nullable Said said) {
        if (block.mark("no output").isPresent()) {
            return null;
        }
        if (block.text().isBlank()) {
            return "shows nothing";
        }
        if (said == null) {
            return "shows the output of no command; if it is none, mark it <!-- no output: WHAT IT IS -->";
        }
        String real = said.saying().now();
        Instant end = Instant.now().plus(said.patience());
        while (!asShown(block, real, said.end()) && Instant.now().isBefore(end)) {
            real = said.saying().now();
        }
        return asShown(block, real, said.end()) ? null : DocsOutput.difference(block.text(), real);
    }

    private static boolean asShown(Block block, String real, boolean end) {
        if (block.mark("in any order").isPresent()) {
            return DocsOutput.sameInAnyOrder(block.text(), real);
        }
        return end ? DocsOutput.same(block.text(), real) : DocsOutput.begins(block.text(), real);
    }

    private @Nullable String yaml(Block block) {
        Optional<String> test = block.mark("checked by").map(mark -> mark.replaceFirst(",.*", ""));
        if (test.isPresent()) {
            return DocsSandbox.reads(test.get(), page.name()) ? null : "no test " + test.get() + " reads " + page.name();
        }
        sandbox.furnish(block.text());
        Path file = sandbox.write(block.fileName().orElse("line-" + block.line() + ".yaml"), block.text());
        Optional<String> completion = block.mark("completed by");
        if (completion.isPresent()) {
            String whole = Folders.text(DocsSandbox.REPOSITORY.resolve(completion.get()));
            if (whole.isEmpty()) {
                return "there is no file " + completion.get();
            }
            sandbox.furnish(whole);
            String name = sandbox.folder().relativize(file).toString();
            file = sandbox.write("line-" + block.line() + "-completed.yaml", whole + "\ninclude: [\"" + name + "\"]\n");
        }
        if (!block.text().contains("${env:")) {
            return CheckHere.trouble(Product.home(), file);
        }
        Programs.Ended ended = sandbox.run("relaygate check -c '" + file + "'");
        return ended.code() == 0 ? null : "relaygate check ends with " + ended.code() + ":\n" + ended.out() + ended.err();
    }

    private static @Nullable String xml(Block block) {
        String text = block.text().startsWith("<?xml") ? block.text() : "<block>" + block.text() + "</block>";
        try {
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(text)));
            return null;
        } catch (SAXException | IOException | ParserConfigurationException e) {
            return "no XML: " + e.getMessage();
        }
    }

    private @Nullable String json(Block block) {
        Programs.Ended ended = Programs.in(sandbox.folder())
                .start("node", "-e", "process.argv[1].split(/\\n(?=\\{)/).forEach(JSON.parse)", block.text());
        return ended.code() == 0 ? null : "no JSON: " + ended.err();
    }
}
