package io.relaygate.plugins.tcp;

/** The settings of a {@code tcp} route: none, its {@code to:} says all. */
public record TcpSettings() {}
