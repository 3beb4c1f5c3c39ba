// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import dev.jrtap.bindgen.BindgenException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorFunctionStyleMacroDefinition;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorMacroDefinition;
import org.eclipse.cdt.core.dom.ast.IASTProblem;
import org.eclipse.cdt.core.dom.ast.IASTTranslationUnit;
import org.eclipse.cdt.core.dom.ast.gnu.c.GCCLanguage;
import org.eclipse.cdt.core.parser.FileContent;
import org.eclipse.cdt.core.parser.NullLogService;
import org.eclipse.cdt.core.parser.ScannerInfo;
import org.eclipse.core.runtime.CoreException;

/**
 * Parses headers for one target, twice: the second time with a probe after the last line for each object-like macro, so that
 * the parser itself turns the macro's text into an expression.
 *
 * <p>The parser is Eclipse CDT's. It is asked for syntax only; what types and values are, is the business of
 * {@link dev.jrtap.bindgen.layout}.
 */
public final class HeaderParser {

    private static final String PROBE = "__jrtap_probe_";

    private final Target target;
    private final HeaderFiles files;

    /**
     * A parser that looks for headers below {@code root}.
     *
     * @param root an include directory, as {@code /usr/include}
     */
    public HeaderParser(Target target, Path root) {
        this.target = target;
        this.files = new HeaderFiles(List.of(root.resolve(target.triplet()).toAbsolutePath(), root.toAbsolutePath()));
        if (!Files.isDirectory(root)) {
            throw new BindgenException(root + ": no such directory of headers");
        }
    }

    /** Parses {@code headers} as one unit: names as in {@code #include <linux/if.h>}, or files. */
    public Declarations parse(List<String> headers) {
        StringBuilder lines = new StringBuilder();
        for (String header : headers) {
            Path file = Path.of(header);
            String quoted =
                    Files.isRegularFile(file) ? '"' + file.toAbsolutePath().toString() + '"' : '<' + header + '>';
            lines.append("#include ").append(quoted).append('\n');
        }
        String include = lines.toString();
        IASTTranslationUnit first = parseText(include);
        refuseProblems(headers, first);
        StringBuilder probes = new StringBuilder(include);
        for (String name : objectMacros(first)) {
            // A macro that is no expression spoils only its own declaration: the parser recovers at the semicolon.
            probes.append("static long ")
                    .append(PROBE)
                    .append(name)
                    .append(" = (")
                    .append(name)
                    .append(");\n");
        }
        return new Declarations(target, parseText(probes.toString()), files, PROBE);
    }

    private IASTTranslationUnit parseText(String text) {
        try {
            return GCCLanguage.getDefault()
                    .getASTTranslationUnit(
                            FileContent.create("/<main>.c", true, text.toCharArray()),
                            new ScannerInfo(target.predefinedMacros(), files.searchPath()),
                            files,
                            null,
                            0,
                            new NullLogService());
        } catch (CoreException e) {
            throw new BindgenException("the parser failed: " + e.getMessage(), e);
        }
    }

    private void refuseProblems(List<String> headers, IASTTranslationUnit unit) {
        for (IASTProblem problem : unit.getPreprocessorProblems()) {
            if (problem.isError() || problem.getMessage().contains("inclusion")) {
                throw new BindgenException(String.join(", ", headers) + ": " + problem.getMessageWithLocation()
                        + "; searched: " + String.join(", ", files.searchPath()));
            }
        }
    }

    private static List<String> objectMacros(IASTTranslationUnit unit) {
        List<String> names = new ArrayList<>();
        for (IASTPreprocessorMacroDefinition macro : unit.getMacroDefinitions()) {
            if (!(macro instanceof IASTPreprocessorFunctionStyleMacroDefinition)
                    && !macro.getExpansion().isEmpty()) {
                names.add(macro.getName().toString());
            }
        }
        return names;
    }
}
