package io.relaygate.plugin;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Plugins that were closed. Their class loaders are garbage then, unless the plugin has left something behind: a thread, a
 * bean, a hook. One that is still there after a while costs its memory for good, and is reported with what holds it as far
 * as that can be seen. Any thread.
 */
public final class Departed {

    private static final Duration WHILE = Duration.ofSeconds(60);

    private static final class Gone {
        final String name;
        final WeakReference<ClassLoader> loader;
        final long since;
        boolean told;

        Gone(LoadedPlugin plugin, long since) {
            this.name = plugin.id() + " " + plugin.version();
            this.loader = new WeakReference<>(plugin.loader());
            this.since = since;
        }
    }

    private final List<Gone> gone = new ArrayList<>();

    synchronized void add(LoadedPlugin plugin) {
        gone.add(new Gone(plugin, System.nanoTime()));
    }

    /** How many are still in memory, as far as the garbage collector has looked. */
    public synchronized int count() {
        gone.removeIf(each -> each.loader.refersTo(null));
        return gone.size();
    }

    /**
     * Those that are still there after a minute, each once: its id and version, and what holds it. Asks the garbage
     * collector to look if any is due, since it frees classes only when it must.
     *
     * @param now {@link System#nanoTime}
     */
    synchronized Map<String, String> overdue(long now) {
        List<Gone> due = gone.stream().filter(each -> !each.told && now - each.since >= WHILE.toNanos()).toList();
        if (due.isEmpty()) {
            return Map.of();
        }
        System.gc();
        Map<String, String> all = new TreeMap<>();
        for (Gone each : due) {
            each.told = true;
            ClassLoader loader = each.loader.get();
            if (loader != null) {
                all.put(each.name, holders(loader));
            }
        }
        return all;
    }

    private static String holders(ClassLoader loader) {
        List<String> all = new ArrayList<>();
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> loader.equals(thread.getContextClassLoader()) || isOf(thread.getClass(), loader))
                .forEach(thread -> all.add("thread " + thread.getName()));
        all.addAll(beans(loader));
        return all.isEmpty()
                ? "neither by a platform thread nor by a bean: by a virtual thread, a ThreadLocal, a shutdown hook or a static of the JDK"
                : all.stream().sorted().limit(20).collect(Collectors.joining(", "));
    }

    private static List<String> beans(ClassLoader loader) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        List<String> all = new ArrayList<>();
        for (ObjectName name : server.queryNames(null, null)) {
            try {
                if (loader.equals(server.getClassLoaderFor(name))) {
                    all.add("bean " + name);
                }
            } catch (JMException e) {
                // It is gone meanwhile.
            }
        }
        return all;
    }

    private static boolean isOf(Class<?> type, ClassLoader loader) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (loader.equals(each.getClassLoader())) {
                return true;
            }
        }
        return false;
    }
}
