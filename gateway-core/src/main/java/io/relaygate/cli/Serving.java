package io.relaygate.cli;

import io.relaygate.Gateway;
import io.relaygate.GatewaySettings;
import io.relaygate.Plugins;
import io.relaygate.Preview;
import io.relaygate.admin.AddressesFile;
import io.relaygate.config.ConfigException;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gateway in the foreground: from its configuration file to the signal that ends it. */
final class Serving {

    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

    private static final String PLUGIN_COPIES = "plugin-copies";

    private final Terminal terminal;
    private final Systemd systemd;

    private final @Nullable Path build;

    /** As the log is set up; null before it is. */
    private @Nullable LogSettings log;

    Serving(Terminal terminal) {
        this(terminal, null);
    }

    /**
     * One that follows a build.
     *
     * @param build where the build leaves a plugin's jar; null for none
     */
    Serving(Terminal terminal, @Nullable Path build) {
        this.terminal = terminal;
        this.build = build;
        this.systemd = new Systemd(terminal.environment().get("NOTIFY_SOCKET"));
    }

    /**
     * Serves until a signal ends it.
     *
     * @param whenReady called with the bound addresses, after the ready line
     * @return the code to exit with
     */
    int serve(Path file, Consumer<Map<String, String>> whenReady) throws IOException, ConfigException {
        Preview preview = Preview.of(file);
        configureLog(preview);
        // Before the ports are open: from here on SIGHUP must not end the process.
        terminal.signals().claim();
        Gateway gateway = start(
                terminal, file, build, preview, settings -> configureLog(new Preview(settings, preview.stateDir())));
        Map<String, String> addresses = gateway.addresses();
        terminal.out().println("relaygate is ready: " + text(addresses));
        terminal.out().flush();
        whenReady.accept(addresses);
        systemd.ready(text(addresses));
        int code = untilStopped(gateway);
        AddressesFile.remove(preview.stateDir());
        return code;
    }

    private synchronized void configureLog(Preview configuration) {
        LogSettings wanted = configuration.log();
        if (wanted.equals(log)) {
            return;
        }
        log = wanted;
        boolean quiet = wanted.level().compareTo(LogSettings.Level.INFO) > 0;
        Logging.configure(
                build == null ? wanted : new LogSettings(LogSettings.Format.TEXT, quiet ? LogSettings.Level.INFO : wanted.level()),
                terminal.err(), terminal.attended());
    }

    /**
     * Loads the plugins and starts a gateway with them.
     *
     * @param build where a build leaves a plugin's jar; null for none
     * @param applied is told of the settings that a reload has applied
     */
    static Gateway start(
            Terminal terminal, Path file, @Nullable Path build, Preview preview, Consumer<GatewaySettings> applied)
            throws IOException, ConfigException {
        Plugins plugins = Plugins.load(
                terminal.plugins(file, preview), build, preview, preview.stateDir().resolve(PLUGIN_COPIES), Version.text());
        try {
            return Gateway.start(file, plugins, applied);
        } catch (ConfigException | IOException | RuntimeException e) {
            plugins.close();
            throw e;
        }
    }

    private int untilStopped(Gateway gateway) {
        boolean draining = false;
        while (true) {
            Signals.Event event = terminal.signals().await();
            switch (event) {
                case HUP -> {
                    if (!draining) {
                        reload(gateway);
                    }
                }
                case INT, TERM -> {
                    if (draining) {
                        LOG.atWarn().addKeyValue("signal", event).log("asked again to stop, ending at once");
                        // Nobody waits for it: the process ends meanwhile.
                        Thread.ofVirtual().name("close").start(gateway::close);
                        return Exit.SIGNAL + event.number();
                    }
                    draining = true;
                    LOG.atInfo().addKeyValue("signal", event).log("asked to stop");
                    systemd.stopping();
                    Thread.ofVirtual().name("drain").start(() -> drain(gateway));
                }
                case DRAINED -> {
                    gateway.close();
                    LOG.info("stopped");
                    return Exit.OK;
                }
            }
        }
    }

    private void drain(Gateway gateway) {
        try {
            gateway.drain();
        } finally {
            terminal.signals().send(Signals.Event.DRAINED);
        }
    }

    private void reload(Gateway gateway) {
        systemd.reloading();
        List<String> problems = gateway.reload();
        systemd.ready(problems.isEmpty() ? text(gateway.addresses()) : "reload failed: " + problems.getFirst());
    }

    private static String text(Map<String, String> addresses) {
        return addresses.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
