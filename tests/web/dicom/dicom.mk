# dicom.mk - DICOM against what others read, and against broken files.
# dcmtk and libgdcm-tools: the oracles, and encoders; python3-pydicom: writes the files and windows them
# a second time.
PYDICOM := /usr/lib/python3/dist-packages/pydicom/data/test_files
.PHONY: dicom-oracles fuzz-dicom
dicom-oracles: wasm ## make the DICOM films of the tests again, compare; also other films: DATA=FOLDER
	@bash tools/build/install-packages.sh dcmtk libgdcm-tools libopenjp2-tools python3-pydicom \
	    python3-numpy python3-gdcm
	@$(PYTHON) tests/web/dicom/make.py tests/web/dicom/files
	@$(PYTHON) tests/web/dicom/make_odd.py tests/web/dicom/odd
	@node --test tests/web/dicom/oracles.test.js tests/web/dicom/odd.test.js
	@$(PYTHON) tests/web/dicom/others.py $B/dicom-others $(PYDICOM) $(DATA)
	@node tests/web/dicom/others.js $B/dicom-others | tee tests/web/dicom/OTHERS.txt

fuzz-dicom: wasm            ## broken DICOM films for FUZZ_SECONDS=60: data sets, values, whole films
	@mkdir -p $B/fuzz/log
	@for suite in dicom-file values fuzz; do log=$B/fuzz/log/$$suite-$$(date +%s).log; \
	  FUZZ_SECONDS=$(FUZZ_SECONDS) node --test --test-reporter=tap tests/web/dicom/$$suite.test.js >$$log \
	    || { tail -n 40 $$log; exit 1; }; \
	  sed -n "s/^ *# executions: /  $$suite: /p" $$log; done

.PHONY: measure-films
measure-films: wasm         ## time, memory and the event loop: the largest films of each kind, small ones that unfold
	@bash tools/build/install-packages.sh dcmtk libgdcm-tools
	@$(NEW_NODE) tests/web/dicom/measure.js
	@node tests/web/dicom/measure-page.js
