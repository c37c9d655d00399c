package io.relaygate.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at the jars of a folder: what did not change stays, what is new is loaded in full beside what it replaces, and
 * where that fails, what was there stays.
 */
final class Loading {

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    private final Collection<LoadedPlugin> before;
    private final Function<String, Optional<LoadedPlugin>> alive;
    private final WorkFolder copies;
    private final SdkVersion sdk;
    private final Patience patience;
    private final List<LoadedPlugin> plugins = new ArrayList<>();
    private final List<PluginStatus> statuses = new ArrayList<>();

    /** A jar that was refused, with its SHA-256 and what its manifest says, if they could be read. */
    private record Refused(
            String file, @Nullable String sha256, @Nullable PluginFacts facts, PluginRefused refusal) {}

    private final List<Refused> refused = new ArrayList<>();

    /**
     * A look.
     *
     * @param before what is in use
     * @param alive finds a plugin that is loaded, by the SHA-256 of its jar
     */
    Loading(
            Collection<LoadedPlugin> before,
            Function<String, Optional<LoadedPlugin>> alive,
            WorkFolder copies,
            SdkVersion sdk,
            Patience patience) {
        this.before = before;
        this.alive = alive;
        this.copies = copies;
        this.sdk = sdk;
        this.patience = patience;
    }

    /**
     * Takes what can be taken of these jars, beside what was taken already.
     *
     * @param trust which of them may be loaded
     */
    void take(List<Path> jars, PluginTrust trust) {
        jars.forEach(jar -> take(jar, trust));
        refused.forEach(this::keepOrRefuse);
        refused.clear();
        statuses.sort(Comparator.comparing(PluginStatus::file));
    }

    List<LoadedPlugin> plugins() {
        return plugins;
    }

    List<PluginStatus> statuses() {
        return statuses;
    }

    private void take(Path jar, PluginTrust trust) {
        String file = jar.getFileName().toString().replaceAll("\\p{Cntrl}", "?");
        WorkFolder.@Nullable Copy copy = null;
        @Nullable PluginFacts facts = null;
        try {
            if (!jar.endsWith(file)) {
                throw new PluginRefused("its file name has control characters: rename it");
            }
            copy = copy(jar);
            trust.require(jar, copy);
            refuseSameContent(copy);
            LoadedPlugin plugin = alive.apply(copy.sha256()).orElse(null);
            if (plugin != null) {
                refuseTaken(plugin);
            } else {
                facts = DescriptorReader.read(copy.path());
                sdk.requireWithin(facts.requires());
                refuseTakenId(facts.id());
                plugin = load(file, facts, copy);
            }
            plugins.add(plugin);
            statuses.add(loaded(file, plugin, PluginStatus.State.LOADED, null));
        } catch (PluginRefused e) {
            refused.add(new Refused(file, copy == null ? null : copy.sha256(), facts, e));
        }
    }

    private LoadedPlugin load(String file, PluginFacts facts, WorkFolder.Copy copy) throws PluginRefused {
        LoadedPlugin plugin = patience.load(file, facts, copy);
        try {
            refuseTakenNames(plugin);
        } catch (PluginRefused e) {
            patience.close(plugin);
            throw e;
        }
        LOG.atInfo().addKeyValue("file", file).addKeyValue("plugin", plugin.id())
                .addKeyValue("version", plugin.version()).addKeyValue("protocols", plugin.protocols().keySet()).addKeyValue("dialers", plugin.dialers().keySet())
                .addKeyValue("declares", plugin.facts().declared().summary()).addKeyValue("sha256", copy.sha256()).log("plugin loaded");
        return plugin;
    }

    private WorkFolder.Copy copy(Path jar) throws PluginRefused {
        if (!Files.isRegularFile(jar, LinkOption.NOFOLLOW_LINKS)) {
            throw new PluginRefused(kind(jar));
        }
        try {
            return copies.copy(jar);
        } catch (IOException e) {
            throw new PluginRefused("it cannot be read, or not be copied", e);
        }
    }

    /** What else than a file it is. A link could be turned elsewhere, and reading a pipe may never end. */
    private static String kind(Path jar) {
        if (Files.isSymbolicLink(jar)) {
            return "it is a symbolic link: put the jar itself here";
        }
        return Files.isDirectory(jar) ? "it is a folder, not a jar" : "it is no file, but a pipe or a device, or gone";
    }

    private void refuseSameContent(WorkFolder.Copy copy) throws PluginRefused {
        for (LoadedPlugin plugin : plugins) {
            if (plugin.sha256().equals(copy.sha256())) {
                throw new PluginRefused("it is the same jar as '" + plugin.file() + "'");
            }
        }
    }

    private void refuseTaken(LoadedPlugin plugin) throws PluginRefused {
        refuseTakenId(plugin.id());
        refuseTakenNames(plugin);
    }

    private void refuseTakenId(String id) throws PluginRefused {
        for (LoadedPlugin plugin : plugins) {
            if (plugin.id().equals(id)) {
                throw new PluginRefused(
                        "its Plugin-Id '" + id + "' is already taken by '" + plugin.file() + "': remove one of the two");
            }
        }
    }

    private void refuseTakenNames(LoadedPlugin plugin) throws PluginRefused {
        for (LoadedPlugin other : plugins) {
            refuseTaken("protocol", plugin.protocols().keySet(), other.protocols().keySet(), other.file());
            refuseTaken("dialer", plugin.dialers().keySet(), other.dialers().keySet(), other.file());
        }
    }

    private static void refuseTaken(String what, Set<String> names, Set<String> taken, String by) throws PluginRefused {
        for (String name : names) {
            if (taken.contains(name)) {
                throw new PluginRefused("its " + what + " '" + name + "' is already brought by '" + by + "': remove one of the two");
            }
        }
    }

    /**
     * What was loaded from a file of this name, or with the same id, stays in use if nothing else took its place; but not if
     * it is this very jar, which is trusted no more.
     */
    private void keepOrRefuse(Refused jar) {
        String id = jar.facts() == null ? null : jar.facts().id();
        LoadedPlugin kept = before.stream()
                .filter(plugin -> !plugins.contains(plugin) && !plugin.sha256().equals(jar.sha256()))
                .filter(plugin -> plugin.file().equals(jar.file()) || plugin.id().equals(id))
                .filter(this::isFree)
                .findFirst()
                .orElse(null);
        String reason = jar.refusal().getMessage();
        if (kept != null) {
            plugins.add(kept);
            statuses.add(loaded(jar.file(), kept, PluginStatus.State.KEPT, reason));
        } else {
            statuses.add(PluginStatus.refused(jar.file(), jar.facts(), reason));
        }
        LOG.atWarn().addKeyValue("file", jar.file()).addKeyValue("reason", reason)
                .log(kept == null ? "plugin refused" : "plugin refused, version " + kept.version() + " stays in use");
        if (jar.refusal().getCause() != null) {
            LOG.atDebug().addKeyValue("file", jar.file()).setCause(jar.refusal().getCause()).log("what refused the plugin");
        }
    }

    private boolean isFree(LoadedPlugin plugin) {
        try {
            refuseTaken(plugin);
            return true;
        } catch (PluginRefused e) {
            return false;
        }
    }

    private static PluginStatus loaded(String file, LoadedPlugin plugin, PluginStatus.State state, @Nullable String reason) {
        List<String> brings = new ArrayList<>(plugin.protocols().keySet());
        plugin.dialers().keySet().forEach(name -> brings.add(PluginStatus.VIA + name));
        return new PluginStatus(file, plugin.id(), plugin.version(), brings, plugin.facts().declared().summary(), state, reason);
    }
}
