// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import java.util.List;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/** Fails unless the Java matches the model exactly, and the model matches the headers, if any are named. */
@Mojo(name = "check", defaultPhase = LifecyclePhase.VERIFY, requiresProject = false, threadSafe = true)
public final class CheckMojo extends AbstractProjectMojo {

    @Override
    void run() throws MojoFailureException {
        List<String> wrong = project().check(hasHeaders() ? sets() : List.of());
        if (!wrong.isEmpty()) {
            throw new MojoFailureException(String.join("\n", wrong));
        }
    }
}
