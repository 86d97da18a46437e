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

fuzz-dicom: wasm            ## broken DICOM films for FUZZ_SECONDS=60
	@FUZZ_SECONDS=$(FUZZ_SECONDS) node --test tests/web/dicom/fuzz.test.js tests/web/dicom/dicom-file.test.js
