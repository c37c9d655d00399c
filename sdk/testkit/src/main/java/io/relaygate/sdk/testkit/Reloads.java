package io.relaygate.sdk.testkit;

import io.relaygate.plugin.PluginHost;
import io.relaygate.plugin.PluginSet;
import io.relaygate.plugin.PluginStatus;
import io.relaygate.plugin.PluginTrust;
import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Loads a plugin's jar in the gateway's plugin host and replaces it, with a session each time, as often as is wanted. All
 * its class loaders must leave memory.
 */
public final class Reloads {

    /** How often, if nothing else is wanted. */
    public static final int USUAL = 8;

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final PluginJar jar;
    private final String protocol;
    private final UnaryOperator<RouteSetup> route;
    private final Dialogue dialogue;
    private final Duration limit;
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

    private Reloads(PluginJar jar, String protocol, UnaryOperator<RouteSetup> route, Dialogue dialogue, Duration limit) {
        this.limit = limit;
        this.jar = jar;
        this.protocol = protocol;
        this.route = route;
        this.dialogue = dialogue;
    }

    /**
     * Replaces the jar {@link #USUAL} times.
     *
     * @param protocol the protocol of it that a session is to have
     * @param route describes the route
     * @param dialogue the session
     * @throws AssertionError if the host refuses the jar, with its reason; if the dialogue fails; or if a class loader
     *     stays, with the threads that hold it
     */
    public static void of(PluginJar jar, String protocol, UnaryOperator<RouteSetup> route, Dialogue dialogue) {
        of(jar, protocol, route, dialogue, LIMIT);
    }

    static void of(PluginJar jar, String protocol, UnaryOperator<RouteSetup> route, Dialogue dialogue, Duration limit) {
        new Reloads(jar, protocol, route, dialogue, limit).run();
    }

    private void run() {
        try (Folder folder = Folder.make()) {
            Path plugins = Files.createDirectories(folder.path().resolve("plugins"));
            replaceOftenEnough(plugins, folder.path().resolve("copies"));
            requireCollected();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void replaceOftenEnough(Path plugins, Path copies) throws IOException {
        try (PluginHost host = new PluginHost(plugins, copies, Sdk.version())) {
            PluginSet before = null;
            for (int i = 0; i <= USUAL; i++) {
                before = replace(host, plugins, i, before);
            }
        }
    }

    private PluginSet replace(PluginHost host, Path plugins, int number, @Nullable PluginSet before) throws IOException {
        jar.copyAnew(number, plugins.resolve("plugin.new"));
        Files.move(plugins.resolve("plugin.new"), plugins.resolve("plugin.jar"), StandardCopyOption.REPLACE_EXISTING);
        PluginSet found = host.load(new PluginTrust.Everything(), before);
        PluginStatus status = found.list().getFirst();
        if (status.reason() != null) {
            throw new AssertionError(jar.path() + " is refused: " + status.reason());
        }
        Protocol<?> brought = found.protocols().get(protocol);
        if (brought == null) {
            throw new AssertionError(jar.path() + " brings no protocol '" + protocol + "', but " + status.protocols());
        }
        loaders.add(new WeakReference<>(brought.settings().getClassLoader()));
        serve(brought);
        if (before != null) {
            before.close();
        }
        return found;
    }

    private void serve(Protocol<?> brought) {
        try (TestRoute open = route.apply(TestRoute.with(brought)).open()) {
            EveryCut.play(dialogue, open.connect());
        }
    }

    /** Asks the garbage collector until all are gone. */
    private void requireCollected() {
        long end = System.nanoTime() + limit.toNanos();
        while (alive() > 0 && System.nanoTime() < end) {
            System.gc();
            LockSupport.parkNanos(10_000_000);
        }
        if (alive() > 0) {
            throw new AssertionError(alive() + " of " + loaders.size() + " class loaders of closed plugins stay in memory" + holders());
        }
    }

    private long alive() {
        return loaders.stream().filter(each -> !each.refersTo(null)).count();
    }

    private String holders() {
        List<String> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> loaders.stream().anyMatch(each -> thread.getContextClassLoader() != null
                        && each.refersTo(thread.getContextClassLoader())))
                .map(Thread::getName)
                .distinct()
                .toList();
        return threads.isEmpty()
                ? "; no platform thread of theirs is left, so look for virtual threads, ThreadLocals, shutdown hooks, beans, and "
                        + "what a library of the JDK was given"
                : ", held by the threads " + threads;
    }
}
