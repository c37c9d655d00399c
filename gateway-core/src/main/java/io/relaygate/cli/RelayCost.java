package io.relaygate.cli;

import io.relaygate.RelayUse;
import io.relaygate.RelayUse.Dialling;
import io.relaygate.RelayUse.Listening;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What gateways of one configuration hold at their relays, in lines for people.
 *
 * @param use what one of them holds
 * @param gateways how many there are
 */
record RelayCost(RelayUse use, int gateways) {

    private static final int HOURS_OF_A_MONTH = 730;

    /** What is held, and what it costs where Azure bills it. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Listening each : use.hybridConnections()) {
            lines.add(each.name() + ": " + count(listeners(each), "control channel")
                    + (gateways == 1 ? "" : " of " + gateways + " gateways")
                    + (each.azure() ? bill(each) : ""));
        }
        for (Dialling each : use.namespaces()) {
            lines.add(each.namespace() + ": up to " + count(each.carriers() * gateways, "carrier") + " to "
                    + count(each.sites(), "site")
                    + (each.azure() ? ", which make two of the namespace's " + number(RelayUse.MOST_CONNECTIONS)
                            + " connections each" : ""));
        }
        return lines;
    }

    private String bill(Listening each) {
        return ", " + number((long) listeners(each) * HOURS_OF_A_MONTH) + " listener-hours a month; of "
                + RelayUse.MOST_LISTENERS + " listeners that Azure takes there";
    }

    /** What Azure will not take. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (Listening each : use.hybridConnections()) {
            if (each.azure() && listeners(each) > RelayUse.MOST_LISTENERS) {
                warnings.add(each.name() + ": " + listeners(each) + " control channels are more than the "
                        + RelayUse.MOST_LISTENERS + " listeners that Azure takes; lower controlChannels");
            }
        }
        for (Dialling each : use.namespaces()) {
            if (each.azure() && 2L * each.carriers() * gateways > RelayUse.MOST_CONNECTIONS) {
                warnings.add(each.namespace() + ": " + number(2L * each.carriers() * gateways)
                        + " connections of carriers are more than the " + number(RelayUse.MOST_CONNECTIONS)
                        + " that Azure takes; lower tunnel.lanes, or divide the sites among namespaces");
            }
        }
        return warnings;
    }

    private int listeners(Listening each) {
        return each.controlChannels() * gateways;
    }

    private static String count(int number, String what) {
        return number(number) + " " + what + (number == 1 ? "" : "s");
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
