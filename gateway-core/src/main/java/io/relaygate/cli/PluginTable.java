package io.relaygate.cli;

import io.relaygate.admin.Controls;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Plugin jars, a line each: what each brings, or why it cannot be used. */
final class PluginTable {

    private PluginTable() {}

    static void print(List<Controls.Plugin> plugins, PrintStream out) {
        Columns table = new Columns("STATE", "FILE", "VERSION", "PROTOCOLS", "DECLARES", "REASON");
        plugins.forEach(plugin -> table.row(
                plugin.state().toLowerCase(Locale.ROOT),
                plugin.file(),
                Objects.requireNonNullElse(plugin.version(), ""),
                String.join(", ", plugin.protocols()),
                plugin.declares(),
                Objects.requireNonNullElse(plugin.reason(), "")));
        table.print(out);
    }
}
