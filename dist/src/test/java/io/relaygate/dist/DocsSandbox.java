package io.relaygate.dist;

import io.relaygate.dist.DocsPage.Block;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/**
 * Where the commands of a page run: a folder of its own with the product on the PATH, the ports of this machine that the
 * page names replaced by free ones, and the processes that go on until the page's end.
 */
final class DocsSandbox implements AutoCloseable {

    /** Where the repository is; the tests run in its folder dist. */
    static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern PORT = Pattern.compile("(?<=(127\\.0\\.0\\.1|0\\.0\\.0\\.0|localhost)[: ])\\d{3,5}\\b");
    private static final Pattern SECRET = Pattern.compile("(connectionString: *)?\"?\\$\\{file:([^}]+)}");
    private static final Pattern PEM = Pattern.compile("\\b(caFile|certificate|key): *\"?([\\w./-]+\\.(?:pem|key|crt))");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([^}]+)}");
    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String CONNECTION_STRING = "Endpoint=sb://contoso.servicebus.windows.net/;"
            + "SharedAccessKeyName=listen;SharedAccessKey=" + KEY + ";EntityPath=site-oslo";

    private final Path folder;
    private final Map<String, String> ports = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private final Deque<Child> running = new ArrayDeque<>();

    DocsSandbox(DocsPage page) {
        folder = Folders.fresh("docs/" + page.name().replaceAll("[^A-Za-z0-9]+", "-"));
        environment.put("PATH", withoutMaven() + ":" + Product.launcher().getParent() + ":" + System.getenv("PATH"));
        environment.put("PYTHONUNBUFFERED", "1");
        environment.put("HOME", folder.toString());
        environment.putAll(Product.BRIEFLY);
        link("relaygate");
        for (Block block : page.blocks()) {
            PORT.matcher(block.text()).results().map(MatchResult::group).forEach(port -> ports.computeIfAbsent(
                    port, _ -> Integer.toString(FreePort.find())));
        }
    }

    /** What a page says about building must find everything built. */
    private static String withoutMaven() {
        Path bin = Folders.create(Folders.WORK.resolve("docs/no-maven"));
        Path mvn = Folders.write(bin.resolve("mvn"), "#!/bin/sh\necho \"nothing to build here: mvn $*\" >&2\nexit 1\n");
        if (!mvn.toFile().setExecutable(true)) {
            throw new AssertionError(mvn + " cannot be made executable");
        }
        return bin.toString();
    }

    /** Whether a test of this repository mentions a page. */
    static boolean reads(String test, String page) {
        if (!test.matches("\\w+")) {
            return false;
        }
        String name = Path.of(page).getFileName().toString();
        return sources(test).stream().anyMatch(file -> Folders.text(file).contains(name));
    }

    /** Looks into no folder of a build: files come and go there, while other tests run. */
    private static List<Path> sources(String test) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(REPOSITORY, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
                    return entered.endsWith("target") || entered.endsWith(".git") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.endsWith(test + ".java")) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private void link(String name) {
        Programs.run("ln", "-s", REPOSITORY.resolve(name).toString(), folder.resolve(name).toString()).orFail();
    }

    Path folder() {
        return folder;
    }

    /** A text with the ports that are free here. */
    String here(String text) {
        String replaced = text;
        for (Map.Entry<String, String> port : ports.entrySet()) {
            replaced = replaced.replaceAll("(?<=[ :])" + port.getKey() + "\\b", port.getValue());
        }
        return replaced;
    }

    Path write(String name, String text) {
        return Folders.write(folder.resolve(name), here(text));
    }

    /** Makes what a configuration refers to, where the page's commands have not made it. */
    void furnish(String yaml) {
        SECRET.matcher(yaml).results().forEach(secret ->
                make(secret.group(2), secret.group(1) == null ? KEY : CONNECTION_STRING));
        VARIABLE.matcher(yaml).results().forEach(variable -> environment.put(variable.group(1), KEY));
        PEM.matcher(yaml).results().forEach(pem -> make(pem.group(2), pem(pem.group(1).equals("key"))));
    }

    private void make(String name, String text) {
        Path file = folder.resolve(name);
        if (file.startsWith(folder) && !Files.exists(file)) {
            Folders.write(file, text + "\n");
        }
    }

    private static String pem(boolean key) {
        Path keyFile = Folders.WORK.resolve("docs/any.key");
        Path certificateFile = Folders.WORK.resolve("docs/any.pem");
        if (!Files.exists(keyFile)) {
            Programs.run(
                            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-days", "30", "-subj", "/CN=relay.contoso.com", "-addext", "subjectAltName=DNS:relay.contoso.com",
                            "-keyout", keyFile.toString(), "-out", certificateFile.toString())
                    .orFail();
        }
        return Folders.text(key ? keyFile : certificateFile).strip();
    }

    /** Runs a script to its end. */
    Programs.Ended run(String script) {
        Programs programs = Programs.in(folder).within(PATIENCE);
        environment.forEach(programs::with);
        return programs.bash("exec 2>&1\n" + here(script));
    }

    /**
     * Starts a script that goes on, and waits until it is up.
     *
     * @param sign what it says then
     * @return what it says
     */
    Child start(Block block, String sign) {
        Child child = Child.start("line-" + block.line(), folder, Folders.create(folder.resolve(".outputs")), environment,
                List.of("bash", "-euo", "pipefail", "-c", here(block.text())));
        running.push(child);
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(PATIENCE)
                    .failFast(() -> !child.alive())
                    .until(() -> child.out().contains(sign));
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            throw new AssertionError("it did not say '" + sign + "': " + child.told(), e);
        }
        return child;
    }

    @Override
    public void close() {
        running.forEach(Child::close);
    }
}
