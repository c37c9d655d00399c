package io.relaygate.plugin;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a plugin may take to start and to close. One that takes longer is left to itself, on a thread that nobody waits for:
 * a thread cannot be ended against its will, but what it runs need not hold up the gateway.
 */
final class Patience {

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    private final Duration limit;
    private final BiConsumer<String, Runnable> starter;
    /** The SHA-256 of those that did not start: each attempt would cost the limit and a thread. */
    private final Set<String> hopeless = ConcurrentHashMap.newKeySet();

    /**
     * A limit.
     *
     * @param starter starts a thread of this name that does not keep the process
     */
    Patience(Duration limit, BiConsumer<String, Runnable> starter) {
        this.limit = limit;
        this.starter = starter;
    }

    /** Without end, on the calling thread. */
    static Patience endless() {
        return new Patience(Duration.ofDays(1), (_, task) -> task.run());
    }

    /** Loads, constructs and starts a plugin. One that comes too late is closed when it comes. */
    LoadedPlugin load(String file, PluginFacts facts, WorkFolder.Copy copy) throws PluginRefused {
        if (hopeless.contains(copy.sha256())) {
            throw tooLate(", and is not tried again");
        }
        AtomicBoolean settled = new AtomicBoolean();
        FutureTask<LoadedPlugin> task = new FutureTask<>(() -> {
            LoadedPlugin plugin = LoadedPlugin.of(file, facts, copy);
            if (!settled.compareAndSet(false, true)) {
                plugin.closeAndSay();
            }
            return plugin;
        });
        starter.accept("plugin-start-" + facts.id(), task);
        try {
            return await(task);
        } catch (TimeoutException e) {
            if (settled.compareAndSet(false, true)) {
                hopeless.add(copy.sha256());
                throw tooLate("");
            }
            return settled(task);
        }
    }

    private PluginRefused tooLate(String more) {
        return new PluginRefused("it has not started within " + limit.toSeconds()
                + " s" + more + ": its constructor, start() or protocols() does not return");
    }

    /** Closes a plugin, and says so if that fails or does not end. */
    void close(LoadedPlugin plugin) {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            plugin.closeAndSay();
            return true;
        });
        starter.accept("plugin-close-" + plugin.id(), task);
        try {
            await(task);
        } catch (TimeoutException | PluginRefused e) {
            LOG.atWarn().addKeyValue("file", plugin.file()).addKeyValue("plugin", plugin.id())
                    .log("plugin does not close: its close() does not return");
        }
    }

    private <T> T await(FutureTask<T> task) throws PluginRefused, TimeoutException {
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginRefused("the gateway was interrupted while it started");
        } catch (ExecutionException e) {
            throw cause(e);
        }
    }

    private static LoadedPlugin settled(FutureTask<LoadedPlugin> task) throws PluginRefused {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginRefused("the gateway was interrupted while it started");
        } catch (ExecutionException e) {
            throw cause(e);
        }
    }

    private static PluginRefused cause(ExecutionException e) {
        return e.getCause() instanceof PluginRefused refused ? refused : new PluginRefused("it cannot be loaded", e.getCause() == null ? e : e.getCause());
    }
}
