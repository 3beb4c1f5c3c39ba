// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The text of {@code --version}: the name of the command, and the version in the manifest of the jar that holds it. */
public final class Version implements IVersionProvider {

    @Spec
    private CommandSpec command;

    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {command.root().qualifiedName() + " " + (version == null ? "(not packaged)" : version)};
    }
}
