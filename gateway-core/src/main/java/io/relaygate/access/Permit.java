package io.relaygate.access;

import io.relaygate.net.SocketLink;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What hosts clients may name at a destination: those that its {@code permit:} says, and no others. A rule is asked twice: with
 * the name before it is looked up, so that nobody makes the gateway ask DNS in vain, and with each address. Any thread.
 */
public final class Permit {

    private final String destination;
    private final List<PermitRule> rules;
    private final OwnPorts own;

    /**
     * The rules of a destination.
     *
     * @param rules none, if it has no {@code permit:}
     * @param own the ports of this gateway
     */
    public Permit(String destination, List<PermitRule> rules, OwnPorts own) {
        this.destination = destination;
        this.rules = List.copyOf(rules);
        this.own = own;
    }

    /**
     * Lets a host pass whose name a rule is for.
     *
     * @return the host in the form in which it is looked up and given to {@link #check}
     * @throws RefusedException NOT_ALLOWED if no rule is, MALFORMED if it is no host and port
     */
    public HostPort named(HostPort asked) throws RefusedException {
        String name = HostPattern.name(asked.host());
        if (name == null || asked.port() == 0) {
            throw new RefusedException(Reason.MALFORMED, "the client asks for what is no host and port");
        }
        HostPort host = new HostPort(name, asked.port());
        if (rules.stream().noneMatch(rule -> rule.isFor(name, asked.port()))) {
            throw refused(host + " is nothing that " + destination() + " permits", host, null);
        }
        return host;
    }

    /**
     * Lets an address pass.
     *
     * @param host as {@link #named} gave it
     * @param address what it is
     * @throws RefusedException NOT_ALLOWED if no rule permits it
     */
    public void check(HostPort host, InetAddress address) throws RefusedException {
        InetSocketAddress to = new InetSocketAddress(address, host.port());
        String is = HostPattern.isAddress(host.host()) ? host.toString() : host + " is " + SocketLink.text(address) + ", which";
        if (own.isAdmin(to)) {
            throw new RefusedException(Reason.NOT_ALLOWED, is + " is the admin port of this gateway, which no session may reach");
        }
        List<PermitRule> asked = rules.stream().filter(rule -> rule.isFor(host.host(), host.port())).toList();
        Optional<SpecialAddress> special = SpecialAddress.of(address);
        if (asked.stream().noneMatch(rule -> hasAddress(rule, address))) {
            throw refused(is + " is in no network that " + destination() + " permits", host, special.isPresent() ? address : null);
        }
        if (special.isPresent() && asked.stream().noneMatch(rule -> lists(rule, address, special.get()))) {
            throw refused(is + " is " + special.get().words() + ", and " + destination() + " does not list it", host, address);
        }
        if (own.isOne(to) && asked.stream().noneMatch(rule -> listsAlone(rule, address))) {
            throw refused(is + " is a port of this gateway, and " + destination() + " does not list its address alone", host, address);
        }
    }

    private static boolean hasAddress(PermitRule rule, InetAddress address) {
        return rule.networks().isEmpty() || rule.networks().stream().anyMatch(network -> network.contains(address));
    }

    private static boolean lists(PermitRule rule, InetAddress address, SpecialAddress special) {
        return rule.networks().stream().anyMatch(network -> network.contains(address) && special.isListedBy(network));
    }

    private static boolean listsAlone(PermitRule rule, InetAddress address) {
        return rule.networks().stream()
                .anyMatch(network -> network.contains(address) && network.prefix() == address.getAddress().length * 8);
    }

    private String destination() {
        return "destination '" + destination + "'";
    }

    /** Says what would permit it. */
    private RefusedException refused(String why, HostPort host, @Nullable InetAddress address) {
        String rule;
        if (HostPattern.isAddress(host.host())) {
            rule = "networks: [" + quoted(host.host()) + "]";
        } else {
            rule = "hosts: [" + host.host() + "]" + (address == null ? "" : ", networks: [" + quoted(SocketLink.text(address)) + "]");
        }
        return new RefusedException(Reason.NOT_ALLOWED, why + "; a rule under destinations." + destination
                + ".permit would: { " + rule + ", ports: [" + host.port() + "] }");
    }

    /** YAML takes a text that begins with a colon, or has a percent sign, better in quotes. */
    private static String quoted(String address) {
        int scope = address.indexOf('%');
        String bare = scope < 0 ? address : address.substring(0, scope);
        return bare.indexOf(':') < 0 ? bare : '"' + bare + '"';
    }
}
