// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.function.Predicate;
import org.eclipse.cdt.core.dom.ast.IASTFileLocation;
import org.eclipse.cdt.core.dom.ast.IASTTranslationUnit;
import org.eclipse.cdt.core.dom.ast.gnu.c.GCCLanguage;
import org.eclipse.cdt.core.dom.parser.IBuiltinBindingsProvider;
import org.eclipse.cdt.core.dom.parser.IScannerExtensionConfiguration;
import org.eclipse.cdt.core.dom.parser.c.GCCParserExtensionConfiguration;
import org.eclipse.cdt.core.dom.parser.c.GCCScannerExtensionConfiguration;
import org.eclipse.cdt.core.dom.parser.c.ICParserExtensionConfiguration;
import org.eclipse.cdt.core.index.IIndexFileLocation;
import org.eclipse.cdt.core.model.ILanguage;
import org.eclipse.cdt.core.parser.FileContent;
import org.eclipse.cdt.core.parser.IParserLogService;
import org.eclipse.cdt.core.parser.IScanner;
import org.eclipse.cdt.core.parser.IScannerInfo;
import org.eclipse.cdt.core.parser.IncludeFileContentProvider;
import org.eclipse.cdt.core.parser.NullLogService;
import org.eclipse.cdt.internal.core.parser.IMacroDictionary;
import org.eclipse.cdt.internal.core.parser.scanner.InternalFileContent;
import org.eclipse.cdt.internal.core.parser.scanner.InternalFileContentProvider;
import org.eclipse.cdt.internal.core.parser.scanner.LocationMap;
import org.eclipse.core.runtime.CoreException;

/**
 * A unit of C with an additional last line that includes the probes for all macros. The text of the included file is
 * made when the preprocessor reaches the line, because all macros are known only then.
 */
final class ProbedUnit extends GCCLanguage {

    private static final IScannerExtensionConfiguration SEPARATING = new GCCScannerExtensionConfiguration() {
        @Override
        public boolean supportDigitSeparators() {
            return true;
        }
    };

    /** Has no bindings of gcc's functions, which would be made again for each unit and are not needed for syntax. */
    private static final ICParserExtensionConfiguration SYNTAX = new GCCParserExtensionConfiguration() {
        @Override
        public IBuiltinBindingsProvider getBuiltinBindingsProvider() {
            return null;
        }
    };

    private static final String PROBES = "/<probes>.h";

    private final HeaderFiles files;
    private final Predefined predefined;
    private final Target target;
    private final Predicate<String> wanted;
    private final Asides asides = new Asides();
    private Dialect scanner;

    /** Makes a unit of {@code files} with probes for the macros that {@code wanted} accepts. */
    ProbedUnit(HeaderFiles files, Predefined predefined, Target target, Predicate<String> wanted) {
        this.files = files;
        this.predefined = predefined;
        this.target = target;
        this.wanted = wanted;
    }

    /** Parses {@code text} as the file {@code name}. */
    IASTTranslationUnit parse(String name, String text, IScannerInfo info) throws CoreException {
        String all = text + "#include \"" + PROBES + "\"\n";
        return getASTTranslationUnit(
                FileContent.create(name, true, all.toCharArray()),
                info,
                new WithProbes(),
                null,
                ILanguage.OPTION_SKIP_FUNCTION_BODIES | ILanguage.OPTION_NO_IMAGE_LOCATIONS,
                new NullLogService());
    }

    /** Returns the preprocessor's position: the file, and the line of the last token if it is in that file. */
    String place(HeaderFiles names) {
        String file = ((LocationMap) scanner.getLocationResolver()).getCurrentFilePath();
        IASTFileLocation last = scanner.getLocationResolver().getMappedFileLocation(scanner.at(), 1);
        boolean known = last != null && last.getFileName().equals(file);
        return names.includeName(file) + (known ? ":" + last.getStartingLineNumber() : "");
    }

    /** Returns the parts that were withheld from the parser. */
    Asides asides() {
        return asides;
    }

    /** Allows the digit separators of C23, {@code 1'000}, which have no meaning in earlier C. */
    @Override
    protected IScannerExtensionConfiguration getScannerExtensionConfiguration(IScannerInfo info) {
        return SEPARATING;
    }

    @Override
    protected ICParserExtensionConfiguration getParserExtensionConfiguration() {
        return SYNTAX;
    }

    @Override
    protected IScanner createScanner(
            FileContent content, IScannerInfo info, IncludeFileContentProvider provider, IParserLogService log) {
        scanner = new Dialect(
                content, info, log, getScannerExtensionConfiguration(info), provider, predefined, target, asides);
        return scanner;
    }

    private final class WithProbes extends InternalFileContentProvider {

        @Override
        public boolean getInclusionExists(String file) {
            return file.equals(PROBES) || files.getInclusionExists(file);
        }

        @Override
        public InternalFileContent getContentForInclusion(String file, IMacroDictionary macros) {
            if (!file.equals(PROBES)) {
                return files.getContentForInclusion(file, macros);
            }
            String text = new Probes(Interior.macros(scanner).values(), predefined, wanted).text();
            return (InternalFileContent) FileContent.create(PROBES, text.toCharArray());
        }

        @Override
        public InternalFileContent getContentForInclusion(IIndexFileLocation location, String file) {
            return getContentForInclusion(file, (IMacroDictionary) null);
        }
    }
}
