package io.relaygate.plugins.ssh.bastion;

import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.HostPort;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What may be connected to over a bastion. Names are looked up by the bastion, so a rule is for names or for addresses, and each is
 * asked about what the bastion would be told.
 */
public sealed interface TargetRule {

    /** What one looks like, for the JSON schema of the configuration. */
    String PATTERN = "unix:/.*|[^\\s@]+:([0-9]{1,5}(-[0-9]{1,5})?|\\*)";

    /** Whether a target is one of these. */
    boolean permits(DialTarget target);

    /**
     * Reads {@code host:port}, {@code *.name:port}, {@code network/prefix:port} or {@code unix:/path}; for the port, two with
     * {@code -} between them or {@code *} too, and for the last name of the path {@code *}.
     *
     * @throws IllegalArgumentException if the text is none of them
     */
    static TargetRule parse(String text) {
        if (text.startsWith("unix:/")) {
            return new Socket(text);
        }
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("expected 'host:port', '*.name:port', 'network/prefix:port' or 'unix:/path', found '" + text + "'");
        }
        String where = text.substring(0, colon);
        Ports ports = Ports.parse(text.substring(colon + 1), text);
        boolean bracketed = where.startsWith("[") && where.endsWith("]");
        String bare = bracketed ? where.substring(1, where.length() - 1) : where;
        if (bracketed || bare.indexOf('/') >= 0 || address(bare) != null) {
            return Network.parse(bare, ports, text);
        }
        if (!Name.FORM.matcher(bare).matches()) {
            throw new IllegalArgumentException("expected a host's name, or *. and what names end with, before the port, found '" + text + "'");
        }
        return new Name(bare.toLowerCase(Locale.ROOT), ports, text);
    }

    private static @Nullable InetAddress address(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Ports from one to another, both included. */
    record Ports(int first, int last) {

        private static final Pattern FORM = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
        private static final int MOST = 65535;

        private static Ports parse(String ports, String text) {
            if (ports.equals("*")) {
                return new Ports(1, MOST);
            }
            Matcher form = FORM.matcher(ports);
            int first = form.matches() ? Integer.parseInt(form.group(1)) : 0;
            int last = first == 0 || form.group(2) == null ? first : Integer.parseInt(form.group(2));
            if (first < 1 || last > MOST || first > last) {
                throw new IllegalArgumentException("expected after the last colon a port of 1 to 65535, two with - between them, or *, found '" + text + "'");
            }
            return new Ports(first, last);
        }

        boolean has(HostPort target) {
            return target.port() >= first && target.port() <= last;
        }
    }

    /** Names that the bastion looks up: one, {@code *.} and what they end with, or {@code *}; never an address. */
    record Name(String name, Ports ports, String text) implements TargetRule {

        private static final Pattern FORM = Pattern.compile("\\*|(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

        @Override
        public boolean permits(DialTarget target) {
            if (!(target instanceof HostPort host) || !ports.has(host) || address(host.host()) != null) {
                return false;
            }
            String lower = host.host().toLowerCase(Locale.ROOT);
            String asked = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
            return name.startsWith("*") ? asked.length() >= name.length() && asked.endsWith(name.substring(1)) : asked.equals(name);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Addresses that begin with the same bits. */
    record Network(InetAddress start, int prefix, Ports ports, String text) implements TargetRule {

        private static Network parse(String network, Ports ports, String text) {
            int slash = network.indexOf('/');
            InetAddress start = address(slash < 0 ? network : network.substring(0, slash));
            if (start == null) {
                throw new IllegalArgumentException("expected a network such as 10.7.0.0/16, or an address, before the port, found '" + text + "'");
            }
            int bits = start.getAddress().length * 8;
            String number = slash < 0 ? String.valueOf(bits) : network.substring(slash + 1);
            if (!number.matches("[0-9]{1,3}") || Integer.parseInt(number) > bits) {
                throw new IllegalArgumentException("expected a prefix length of 0 to " + bits + ", found '" + text + "'");
            }
            int prefix = Integer.parseInt(number);
            BigInteger rest = BigInteger.ONE.shiftLeft(bits - prefix).subtract(BigInteger.ONE);
            if (new BigInteger(1, start.getAddress()).and(rest).signum() != 0) {
                throw new IllegalArgumentException("the address has bits beyond its prefix length, found '" + text + "'");
            }
            return new Network(start, prefix, ports, text);
        }

        @Override
        public boolean permits(DialTarget target) {
            InetAddress asked = target instanceof HostPort host && ports.has(host) ? address(host.host()) : null;
            int length = start.getAddress().length;
            if (asked == null || asked.getAddress().length != length) {
                return false;
            }
            BigInteger differing = new BigInteger(1, start.getAddress()).xor(new BigInteger(1, asked.getAddress()));
            return differing.shiftRight(length * 8 - prefix).signum() == 0;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** A Unix socket, or with {@code *} for its name each one that is directly in a folder. */
    record Socket(String text) implements TargetRule {

        @Override
        public boolean permits(DialTarget target) {
            String asked = target.toString();
            if (!(target instanceof DialTarget.UnixSocket)) {
                return false;
            }
            int name = asked.lastIndexOf('/') + 1;
            return asked.equals(text) || (text.endsWith("/*") && asked.substring(0, name).equals(text.substring(0, text.length() - 1)));
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
